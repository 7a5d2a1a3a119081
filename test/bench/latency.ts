import type { Child } from '../../tools/stack/child-process.js';
import type { BenchEvent, Shape } from './events.js';
import { BENCH_TOPICS, type Ground } from './ground.js';
import { benchEvents } from './preload.js';
import { produceSteadily } from './produce-steadily.js';
import { startOwn, startService, stopAll, untilCount } from './programs.js';
import type { Receiver } from './receiver-process.js';
import { percentile } from './statistics.js';
import { faultsIn } from './verify.js';
import { TOPICS } from '#libs/kafka';

/** From just before the produce call to the arrival at the receiver, in milliseconds. */
export interface LatencyRun {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly faults: readonly string[];
}

/** Both at one rate: they are compared with each other. */
export interface LatencyPair {
  /** Events a second. */
  readonly rate: number;
  readonly chain: LatencyRun;
  readonly system: LatencyRun;
}

export interface LatencySetup {
  readonly ground: Ground;
  readonly receiver: Receiver;
  readonly projectId: string;
  readonly shape: Shape;
  /** Events a second, one after the other. */
  readonly rates: readonly number[];
  /** At each rate. */
  readonly seconds: number;
  readonly profile?: string;
}

/** These come first, faster, and are not counted: programs are slow while they are new. */
const WARM_UP = { events: 500, rate: 250 };

export async function measureLatency(
  setup: LatencySetup,
  round: number,
  tell: (rate: number, what: 'chain' | 'system', run: LatencyRun) => void,
): Promise<LatencyPair[]> {
  const chain = await measureChain(setup, `chain${round}`, (rate, run) => tell(rate, 'chain', run));
  const system = await measureSystem(setup, `c${round}`, (rate, run) => tell(rate, 'system', run));
  return setup.rates.map((rate, index) => ({ rate, chain: chain[index]!, system: system[index]! }));
}

type Tell = (rate: number, run: LatencyRun) => void;

/** The least that two hops and a POST take: consume, produce, consume, POST in two processes. */
async function measureChain(setup: LatencySetup, run: string, tell: Tell): Promise<LatencyRun[]> {
  const { ground, receiver } = setup;
  const { first, second } = BENCH_TOPICS;
  const chain = await Promise.all([
    startOwn(ground, 'chain-relay', 'bare-chain', ['relay', ground.brokers, first, second]),
    startOwn(ground, 'chain-post', 'bare-chain', ['post', ground.brokers, second, receiver.origin]),
  ]);
  return measureThrough(setup, first, run, chain, tell);
}

async function measureSystem(setup: LatencySetup, run: string, tell: Tell): Promise<LatencyRun[]> {
  const { ground, profile: profileDir } = setup;
  const names = ['delivery-custom', 'recorder', 'router'] as const;
  const services = await Promise.all(names.map((name) => startService(ground, name, { profileDir })));
  return measureThrough(setup, TOPICS.events, run, services, tell);
}

async function measureThrough(
  setup: LatencySetup,
  topic: string,
  run: string,
  processes: readonly Child[],
  tell: Tell,
): Promise<LatencyRun[]> {
  const { ground, receiver, projectId, shape, rates, seconds } = setup;
  const play = async (events: readonly BenchEvent[], perSecond: number): Promise<number[]> => {
    await receiver.reset();
    const sentAt = await produceSteadily(ground.producer, topic, events, perSecond);
    await untilCount('requests arrived', events.length, () => receiver.count(), processes);
    return sentAt;
  };
  try {
    await play(benchEvents(WARM_UP.events, shape, projectId, `${run}-warm-up`), WARM_UP.rate);
    const runs: LatencyRun[] = [];
    for (const rate of rates) {
      const events = benchEvents(rate * seconds, shape, projectId, `${run}-${rate}`);
      const sentAt = await play(events, rate);
      const { numbers, times } = await receiver.arrivals();
      const latencies = times.map((time, index) => time - sentAt[numbers[index]!]!);
      const measured = { ...latenciesIn(latencies), faults: faultsIn({ numbers }, events.length, shape) };
      tell(rate, measured);
      runs.push(measured);
    }
    return runs;
  } finally {
    await stopAll(processes);
  }
}

export function latenciesIn(latencies: readonly number[]): Omit<LatencyRun, 'faults'> {
  return {
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
    p999: percentile(latencies, 0.999),
    max: percentile(latencies, 1),
  };
}
