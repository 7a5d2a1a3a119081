import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ESLint, type Linter } from 'eslint';

/*
 * The gate's own test: each wall must fail the lint run for a snippet that breaks it, and let its twin pass. Oracle: the
 * rules that ESLint reports with the repository's real configuration, for a real file's path.
 */

const ROOT = join(import.meta.dirname, '..', '..');
let eslint: ESLint;

beforeAll(async () => {
  const config = join(ROOT, 'eslint.config.js');
  const { default: overrideConfig } = (await import(config)) as { default: Linter.Config[] };
  eslint = new ESLint({ cwd: ROOT, overrideConfigFile: true, overrideConfig });
});

/** The typed rules know the files of tsconfig.json only, so a snippet is linted in the place of an existing file. */
function fileOf(room: string, spec = false): string {
  const files = readdirSync(join(ROOT, room)).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
  const file = files.find((name) => name.endsWith('.spec.ts') === spec);
  if (file === undefined)
    throw new Error(`${room} has no ${spec ? 'spec' : 'source'} to lint a snippet in the place of`);
  return join(ROOT, room, file);
}

async function faultsOf(code: string, filePath: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  if (result === undefined) throw new Error(`ESLint ignores ${filePath}`);
  return result.messages.map(({ ruleId, message, severity }) => {
    if (severity !== 2) throw new Error(`${ruleId} only warns: a wall must fail the build`);
    return ruleId ?? message;
  });
}

interface Wall {
  readonly guarantee: string;
  readonly rule: string;
  readonly room: string;
  readonly spec?: boolean;
  readonly breaks: string;
  /** The twin: what is right, in the same room unless `twinRoom` or `twinSpec` say otherwise. */
  readonly passes: string;
  readonly twinRoom?: string;
  readonly twinSpec?: boolean;
}

const uses = (specifier: string) => `import { x } from '${specifier}';\nx();\n`;
const IMPORT = 'walls/imports';

const WALLS: readonly Wall[] = [
  wall('the dashboard imports no library', 'apps/dashboard/src/api', uses('#libs/contracts'), uses('./client.js')),
  wall(
    'the dashboard shows the receivers, and runs nothing of them',
    'apps/dashboard/src/webhooks',
    uses('../../../../test/receivers/node/receiver.mjs'),
    `import x from '../../../../test/receivers/node/receiver.mjs?raw';\nexport const y: string = x;\n`,
  ),
  wall('libs/ordering imports no other library', 'libs/ordering', uses('#libs/contracts'), uses('./lane.js')),
  wall('libs/ordering imports nothing of Node', 'libs/ordering', uses('node:crypto'), uses('./lane.js')),
  wall(
    'libs/ordering imports no types either',
    'libs/ordering',
    `export type T = import('pg').Client;\n`,
    `export type T = import('./lane.js').Lane;\n`,
  ),
  {
    ...wall('fast-check is for specs of libs/ordering', 'libs/ordering', uses('fast-check'), uses('fast-check')),
    twinSpec: true,
  },
  {
    ...wall('a spec of libs/ordering imports no Kafka', 'libs/ordering', uses('kafkajs'), uses('fast-check')),
    spec: true,
  },
  wall('libs/contracts knows no Nest', 'libs/contracts', uses('@nestjs/common'), uses('node:crypto')),
  wall('libs/contracts knows no Postgres', 'libs/contracts', uses('pg'), uses('uuid')),
  wall('libs/contracts knows no TypeORM', 'libs/contracts', uses('typeorm'), uses('uuid')),
  {
    ...wall('only libs/kafka imports kafkajs', 'libs/delivery', uses('kafkajs'), uses('kafkajs')),
    twinRoom: 'libs/kafka',
  },
  wall(
    'nor what lies inside kafkajs',
    'apps/router',
    uses('kafkajs/src/consumer/consumerGroup.js'),
    uses('#libs/kafka'),
  ),
  wall(
    'nor by a dynamic import',
    'apps/router',
    `export const x = import('kafkajs');\n`,
    `export const x = import('#libs/kafka');\n`,
  ),
  wall('an app imports no other app', 'apps/router', uses('../recorder/record-batch.js'), uses('./route-batch.js')),
  wall('a library imports no app', 'libs/delivery', uses('../../apps/router/router.js'), uses('./engine.js')),
  wall('a library is imported by its name', 'libs/delivery', uses('../ordering/lane.js'), uses('#libs/ordering')),
  wall('a library shows its index only', 'apps/router', uses('#libs/kafka/producer'), uses('#libs/kafka')),
  wall(
    're-exports count as imports',
    'apps/router',
    `export * from '#libs/kafka/producer';\n`,
    `export * from '#libs/kafka';\n`,
  ),
  wall('a library does not import itself by name', 'libs/delivery', uses('#libs/delivery'), uses('./engine.js')),
  {
    ...wall('libs/testkit never reaches production', 'libs/delivery', uses('#libs/testkit'), uses('#libs/testkit')),
    twinSpec: true,
  },
  {
    ...wall(
      'tools never reach production',
      'apps/delivery-custom',
      uses('../../tools/stack/kafka.js'),
      uses('../../tools/stack/kafka.js'),
    ),
    twinSpec: true,
  },
  {
    ...wall(
      'golden data is for specs',
      'apps/delivery-custom',
      uses('../../libs/contracts/golden/jobs.js'),
      uses('../../libs/contracts/golden/jobs.js'),
    ),
    twinSpec: true,
  },
  wall(
    'golden data is for tools too, the rest of a library by its name',
    'tools/stack',
    uses('../../libs/contracts/job.js'),
    uses('../../libs/contracts/golden/jobs.js'),
  ),
  wall(
    'nothing imports what the build wrote',
    'libs/delivery',
    uses('../../dist/libs/ordering/index.js'),
    uses('#libs/ordering'),
  ),

  pure('Date.now', 'export const t = Date.now();\n', 'export const t = (now: number) => now;\n'),
  pure('new Date', 'export const t = new Date();\n', 'export const t = (at: number) => at;\n'),
  pure('setTimeout', 'setTimeout(() => undefined, 1);\n', 'export const due = (ms: number) => ms;\n'),
  pure('setInterval', 'setInterval(() => undefined, 1);\n', 'export const due = (ms: number) => ms;\n'),
  pure('the clock by way of globalThis', 'export const t = globalThis.Date.now();\n', 'export const t = 0;\n'),
  {
    ...pure('Math.random', 'export const r = Math.random();\n', 'export const r = Math.max(1, 2);\n'),
    rule: 'no-restricted-properties',
  },
  {
    guarantee: 'no promise is left floating',
    rule: '@typescript-eslint/no-floating-promises',
    room: 'libs/delivery',
    breaks: 'const f = async () => 1;\nexport const g = () => {\n  f();\n};\n',
    passes: 'const f = async () => 1;\nexport const g = async () => {\n  await f();\n};\n',
  },
  {
    guarantee: 'apps log, and print nothing',
    rule: 'no-console',
    room: 'apps/router',
    breaks: `console.log('x');\n`,
    passes: 'export {};\n',
  },
  {
    guarantee: 'libraries log, and print nothing',
    rule: 'no-console',
    room: 'libs/kafka',
    breaks: `console.error('x');\n`,
    passes: `console.error('x');\n`,
    twinRoom: 'tools/stack',
  },
  {
    guarantee: 'no any',
    rule: '@typescript-eslint/no-explicit-any',
    room: 'libs/kafka',
    breaks: 'export let x: any;\n',
    passes: 'export let x: unknown;\n',
  },
  {
    guarantee: 'a file has at most 300 lines',
    rule: 'max-lines',
    room: 'libs/delivery',
    breaks: '// a line\n'.repeat(301),
    passes: '// a line\n'.repeat(300),
  },
];

function wall(guarantee: string, room: string, breaks: string, passes: string): Wall {
  return { guarantee, rule: IMPORT, room, breaks, passes };
}

function pure(what: string, breaks: string, passes: string): Wall {
  return {
    guarantee: `libs/ordering may not use ${what}`,
    rule: 'no-restricted-globals',
    room: 'libs/ordering',
    breaks,
    passes,
  };
}

describe('the walls', () => {
  it.each(WALLS.map((each) => [each.guarantee, each] as const))('%s', async (_, each) => {
    expect(await faultsOf(each.breaks, fileOf(each.room, each.spec))).toContain(each.rule);
    expect(await faultsOf(each.passes, fileOf(each.twinRoom ?? each.room, each.twinSpec ?? each.spec))).toEqual([]);
  });
});
