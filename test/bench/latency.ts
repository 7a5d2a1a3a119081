import { setTimeout as after } from 'node:timers/promises';
import type { Child } from '../../tools/stack/child-process.js';
import { monotonicMs } from './arrivals.js';
import type { BenchEvent, Shape } from './events.js';
import { CHAIN_TOPICS, type Ground } from './ground.js';
import { benchEvents } from './preload.js';
import { startOwn, startService, stopAll, untilCount } from './programs.js';
import type { Receiver } from './receiver-process.js';
import { percentile } from './statistics.js';
import { faultsIn } from './verify.js';
import { TOPICS } from '#libs/kafka';

/** From just before the produce call to the arrival at the receiver, in milliseconds. */
export interface LatencyRun {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly faults: readonly string[];
}

export interface LatencySetup {
  readonly ground: Ground;
  readonly receiver: Receiver;
  readonly projectId: string;
  readonly shape: Shape;
  /** Events a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly profile?: string;
}

/** These come first, faster, and are not counted: programs are slow while they are new. */
const WARM_UP = { events: 500, rate: 250 };

/** The least that two hops and a POST take: consume, produce, consume, POST in two processes. */
export async function measureChain(setup: LatencySetup, run: string): Promise<LatencyRun> {
  const { ground, receiver } = setup;
  const { first, second } = CHAIN_TOPICS;
  const chain = await Promise.all([
    startOwn(ground, 'chain-relay', 'bare-chain', ['relay', ground.brokers, first, second]),
    startOwn(ground, 'chain-post', 'bare-chain', ['post', ground.brokers, second, receiver.origin]),
  ]);
  return measureThrough(setup, first, run, chain);
}

export async function measureSystem(setup: LatencySetup, run: string): Promise<LatencyRun> {
  const { ground, profile: profileDir } = setup;
  const names = ['delivery-custom', 'recorder', 'router'] as const;
  const services = await Promise.all(names.map((name) => startService(ground, name, { profileDir })));
  return measureThrough(setup, TOPICS.events, run, services);
}

async function measureThrough(
  setup: LatencySetup,
  topic: string,
  run: string,
  processes: readonly Child[],
): Promise<LatencyRun> {
  const { receiver, projectId, shape, rate, seconds } = setup;
  try {
    const play = async (events: readonly BenchEvent[], perSecond: number): Promise<number[]> => {
      await receiver.reset();
      const sentAt = await produceSteadily(setup.ground, topic, events, perSecond);
      await untilCount('requests arrived', events.length, () => receiver.count(), processes);
      return sentAt;
    };
    await play(benchEvents(WARM_UP.events, shape, projectId, `${run}-warm-up`), WARM_UP.rate);
    const events = benchEvents(rate * seconds, shape, projectId, run);
    const sentAt = await play(events, rate);
    const { numbers, times } = await receiver.arrivals();
    const latencies = times.map((time, index) => time - sentAt[numbers[index]!]!);
    return {
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      max: percentile(latencies, 1),
      faults: faultsIn({ numbers }, events.length, shape),
    };
  } finally {
    await stopAll(processes);
  }
}

/** @returns when each was handed to the producer. */
async function produceSteadily(
  { producer }: Ground,
  topic: string,
  events: readonly BenchEvent[],
  perSecond: number,
): Promise<number[]> {
  const startedAt = monotonicMs();
  const sentAt: number[] = [];
  const sends: Promise<void>[] = [];
  for (const { number, callId, value } of events) {
    const early = startedAt + (number * 1000) / perSecond - monotonicMs();
    if (early > 0) await after(early);
    sentAt.push(monotonicMs());
    sends.push(producer.send([{ topic, key: callId, value }]));
  }
  await Promise.all(sends);
  return sentAt;
}
