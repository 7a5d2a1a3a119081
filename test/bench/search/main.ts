import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commitNow, loadNow, machineFacts } from '../machine.js';
import { measure, type Measured } from './measure.js';
import { casesOf } from './requests.js';
import { setSearchStage } from './stage.js';
import { writeCosts } from './write-cost.js';
import { runToEnd } from '../../harness/run-to-end.js';

const USAGE = `node tools/bench-search.mjs [options]: how soon the API's lists and searches answer, over a long history.

  --rows N         deliveries of thirty days (10000000); as many attempts
  --times N        how often each is asked for (40); no case for longer than --most
  --most SECONDS   for each case (4)
  --only WORDS     the cases whose names have these words
  --keep FOLDER    the filled database stays there, and is used again
  --writes         what the indexes of searches cost whoever writes, instead
  --name NAME      of the result: bench-results/NAME.json (search)`;

const GOAL_MS = 50;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '10000000' },
      times: { type: 'string', default: '40' },
      most: { type: 'string', default: '4' },
      only: { type: 'string', default: '' },
      keep: { type: 'string' },
      name: { type: 'string', default: 'search' },
      writes: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const rows = Number(values.rows);
  const loadBefore = loadNow();
  const stage = await setSearchStage({ rows, folder: values.keep ?? null, say: console.log });
  try {
    if (values.writes) {
      for (const { without, perDelivery, size } of await writeCosts(stage.database))
        console.log(
          `without ${without.padEnd(36)} ${perDelivery.toFixed(1)} us a delivery${size === null ? '' : `, it is ${size}`}`,
        );
      return 0;
    }
    const measured: Measured[] = [];
    for (const one of casesOf(stage).filter(({ name }) => name.includes(values.only))) {
      const result = await measure(stage, one, { times: Number(values.times), mostMs: Number(values.most) * 1000 });
      console.log(lineOf(result));
      measured.push(result);
    }
    const machine = machineFacts(loadBefore);
    const slow = measured.filter(({ p95 }) => p95 > GOAL_MS);
    console.log(
      `${measured.length} cases over ${stage.rows.toLocaleString('en-US')} deliveries (${stage.size}), load ${machine.load.join(' to ')}`,
    );
    console.log(
      slow.length === 0
        ? `p95 of all is under ${GOAL_MS} ms`
        : `p95 over ${GOAL_MS} ms: ${slow.map(({ name }) => name).join('; ')}`,
    );
    mkdirSync('bench-results', { recursive: true });
    const file = join('bench-results', `${values.name}.json`);
    const result = {
      startedAt: new Date().toISOString(),
      commit: commitNow(),
      machine,
      rows: stage.rows,
      size: stage.size,
      measured,
    };
    writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`written to ${file}`);
    return 0;
  } finally {
    await stage.close();
  }
}

function lineOf({ name, items, p50, p95, max, times }: Measured): string {
  const ms = (value: number): string => value.toFixed(1).padStart(8);
  return `${name.padEnd(44)} p50 ${ms(p50)}  p95 ${ms(p95)}  max ${ms(max)} ms  ${String(items).padStart(4)} items, ${times} times`;
}

await runToEnd(main);
