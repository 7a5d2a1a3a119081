import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onInterrupt } from '../../tools/stack/interrupts.js';
import { REPOSITORY } from '../../tools/stack/repository.js';
import { registerCustomer } from '../harness/customer.js';
import { startCollector } from './collector-process.js';
import { prepareGround } from './ground.js';
import { measureChain, measureSystem, type LatencyRun } from './latency.js';
import { commitNow, loadNow, machineFacts } from './machine.js';
import { parseOptions, USAGE, type BenchOptions, type Measure } from './options.js';
import { startReceiver } from './receiver-process.js';
import { faultsOf, goalsOf, type BenchResult, type Round } from './results.js';
import { tableOf } from './table.js';
import { measure, preloadDelivery, preloadRun, preloadTraced, type ThroughputRun } from './throughput.js';

const startedAt = performance.now();

function say(text: string): void {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`);
}

// Whatever was started is recorded in the run's folder: the launcher ends it when we are gone.
onInterrupt(
  () => process.exit(130),
  () => process.exit(130),
);
try {
  const options = parseOptions(process.argv.slice(2), new Date());
  if (options === 'help') console.log(USAGE);
  else await bench(options);
  process.exit();
} catch (error) {
  console.error(`npm run bench failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

async function bench(options: BenchOptions): Promise<void> {
  const begun = { startedAt: new Date().toISOString(), load: loadNow() };
  const rounds = await measureRounds(options);
  const result: BenchResult = {
    startedAt: begun.startedAt,
    commit: commitNow(),
    machine: machineFacts(begun.load),
    options,
    goals: goalsOf(rounds),
    rounds,
  };
  const folder = join(REPOSITORY, 'bench-results');
  const file = join(folder, `${options.name}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(['', ...tableOf(result), '', `All figures: ${file}`].join('\n'));
  if (faultsOf(rounds).length > 0) process.exitCode = 1;
}

async function measureRounds(options: BenchOptions): Promise<Round[]> {
  const { only, runs } = options;
  const dir = required('BENCH_DIR');
  say('Starting a Kafka and a PostgreSQL for this run …');
  const ground = await prepareGround(dir, join(dir, 'run'), required('KAFKA_JARS'));
  const receiver = await startReceiver(ground);
  const { projectId } = await registerCustomer(ground.databaseUrl, [`${receiver.origin}/webhook`]);
  const shape = { activeCalls: options.activeCalls, eventsPerCall: options.eventsPerCall };
  const setup = { ...options, ground, receiver, projectId, shape };
  const asked = (measureName: Measure): boolean => only.includes(measureName);

  const tellLatency = (number: number, what: string, run: LatencyRun): LatencyRun => {
    say(`round ${number}, ${what}: p50 ${run.p50.toFixed(1)} ms, p99 ${run.p99.toFixed(1)} ms`);
    return run;
  };
  const tell = (title: string, what: string, run: ThroughputRun): ThroughputRun => {
    say(`${title}, ${what}: ${Math.round(run.perSecond).toLocaleString('en-US')} deliveries/s`);
    return run;
  };
  type Draft = { -readonly [Part in keyof Round]: Round[Part] };
  const throughputRound = async (number: number, title: string): Promise<Draft> => {
    const round: Draft = {};
    if (asked('loop')) {
      say(`${title}: putting ${options.events} events in Kafka …`);
      const { loop, system } = await preloadRun(setup, `a${number}`);
      round.loop = tell(title, 'bare loop', await measure(setup, loop));
      if (asked('a')) round.a = tell(title, '(a) whole system', await measure(setup, system));
    }
    if (asked('b')) {
      const delivery = await preloadDelivery(setup, `b${number}`);
      round.b = tell(title, '(b) delivery-custom alone', await measure(setup, delivery));
    }
    return round;
  };

  // A Kafka that has just been started spends most of its time on compiling itself: that is nobody's measure.
  await throughputRound(0, 'warming up, not counted');
  const rounds: Draft[] = [];
  for (let number = 1; number <= runs; number++) rounds.push(await throughputRound(number, `round ${number}`));
  // Last, because the bare loop would take these events for its own.
  for (const [index, round] of asked('c') ? rounds.entries() : []) {
    const number = index + 1;
    say(`round ${number}: latency at ${options.rate} events/s, twice ${options.seconds} s …`);
    const chain = tellLatency(number, 'bare chain', await measureChain(setup, `chain${number}`));
    const system = tellLatency(number, '(c) whole system', await measureSystem(setup, `c${number}`));
    round.c = { chain, system };
  }
  const collector = asked('t') ? await startCollector(ground) : null;
  for (const [index, round] of collector === null ? [] : rounds.entries()) {
    const title = `round ${index + 1}`;
    const { system } = await preloadRun(setup, `p${index + 1}`);
    const plain = tell(title, '(t) whole system, untraced', await measure(setup, system));
    const traces = await preloadTraced(setup, `t${index + 1}`, collector!);
    round.t = { plain, traced: tell(title, '(t) the same, traced', await measure(setup, traces)) };
  }
  return rounds;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start this with npm run bench`);
  return value;
}
