import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onInterrupt } from '../../tools/stack/interrupts.js';
import { REPOSITORY } from '../../tools/stack/repository.js';
import { commitNow, loadNow, machineFacts } from './machine.js';
import { parseOptions, USAGE, type BenchOptions, type ResultOptions } from './options.js';
import { planTable } from './plan.js';
import { drawPlots } from './plots/draw.js';
import { fillIn, tablesOf } from './plots/markdown.js';
import { faultsOf, goalsOf, type BenchResult } from './results.js';
import { measureRounds } from './rounds.js';
import { tableOf } from './table.js';

const startedAt = performance.now();

function say(text: string): void {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`);
}

/** Hold tables of results (fillIn). */
const PAGES = ['performance.md', 'growth.md'];
/** Of the plan: from what two cores do to a million events a second. */
const RATES = [2000, 10_000, 50_000, 1_000_000];

// Whatever was started is recorded in the run's folder: the launcher ends it when we are gone.
onInterrupt(
  () => process.exit(130),
  () => process.exit(130),
);
try {
  const options = parseOptions(process.argv.slice(2), new Date());
  if (options === 'help') console.log(USAGE);
  else if ('use' in options) use(options);
  else await bench(options);
  process.exit();
} catch (error) {
  console.error(`npm run bench failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

async function bench(options: BenchOptions): Promise<void> {
  const begun = { startedAt: new Date().toISOString(), load: loadNow() };
  const rounds = await measureRounds(options, required('BENCH_DIR'), required('KAFKA_JARS'), say);
  const result: BenchResult = {
    startedAt: begun.startedAt,
    commit: commitNow(),
    command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
    machine: machineFacts(begun.load),
    options,
    goals: goalsOf(rounds, options.events),
    rounds,
  };
  const folder = join(REPOSITORY, 'bench-results');
  const file = join(folder, `${options.name}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(['', ...tableOf(result), '', `All figures: ${file}`].join('\n'));
  if (faultsOf(rounds).length > 0) process.exitCode = 1;
}

function use({ use, files }: ResultOptions): void {
  const results = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as BenchResult);
  const tables = new Map<string, string[]>();
  for (const result of results) {
    const own = use === 'plan' ? [['plan', planTable(result, RATES)] as const] : tablesOf(result);
    for (const [name, lines] of own) tables.set(name, lines);
  }
  if (use === 'plan') console.log(tables.get('plan')!.join('\n'));
  for (const name of PAGES) {
    const page = join(REPOSITORY, 'docs', name);
    writeFileSync(page, fillIn(readFileSync(page, 'utf8'), tables));
  }
  if (use === 'plan') return;
  for (const file of drawPlots(results, join(REPOSITORY, 'docs', 'images', 'performance'))) console.log(file);
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start this with npm run bench`);
  return value;
}
