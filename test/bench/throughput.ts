import { TOPICS } from '#libs/kafka';
import type { Child } from '../../tools/stack/child-process.js';
import { monotonicMs, type Arrivals } from './arrivals.js';
import type { Shape } from './events.js';
import type { Collector } from './collector-process.js';
import type { Ground } from './ground.js';
import { benchEvents, preloadEvents, preloadJobs } from './preload.js';
import { UsageMeter, type Usage } from './process-usage.js';
import { startOwn, startService, stopAll, untilCount, type ServiceOptions } from './programs.js';
import type { Receiver } from './receiver-process.js';
import { bytesBetween, storeBytes, type StoreBytes } from './store-bytes.js';
import { faultsIn } from './verify.js';

export interface ThroughputRun {
  /** From the first arrival to the last. */
  readonly seconds: number;
  readonly perSecond: number;
  /** (a): from the first arrival until the recorder had all rows. */
  readonly recordedAfterSeconds?: number;
  /** By process: of the whole measurement, not of starting up. */
  readonly usage: Readonly<Record<string, Usage>>;
  /** In words; empty when every event arrived once and each call in its order. */
  readonly faults: readonly string[];
  /** What Kafka and PostgreSQL logged meanwhile. */
  readonly logged: StoreBytes;
  /** Spans that the collector got, for each event. */
  readonly spansPerEvent?: number;
}

export interface ThroughputSetup {
  readonly ground: Ground;
  readonly receiver: Pick<Receiver, 'child' | 'origin' | 'reset' | 'count' | 'arrivals'>;
  readonly projectId: string;
  readonly events: number;
  /** Where the services of this ground send their traces. */
  readonly collector?: Collector;
  readonly shape: Shape;
  readonly profile?: string;
}

/** What one measurement does besides waiting for the arrivals. */
export interface Plan {
  start(meter: UsageMeter): Promise<Child[]>;
  /** After the last arrival. */
  finish?(processes: readonly Child[]): Promise<void>;
  /** What is used before the first arrival counts too. */
  readonly worksAhead: boolean;
  readonly inOrder: boolean;
}

/** Events in calls.events, and two ways to the receiver from there: the bare loop and the whole system. */
export async function preloadRun(setup: ThroughputSetup, run: string): Promise<{ loop: Plan; system: Plan }> {
  const { ground, receiver, projectId, events, shape } = setup;
  await preloadEvents(ground, benchEvents(events, shape, projectId, run));
  const loop: Plan = {
    inOrder: false,
    worksAhead: false,
    start: async (meter) => {
      const args = [ground.brokers, TOPICS.events, receiver.origin];
      const loop = await startOwn(ground, 'loop', 'bare-loop', args);
      meter.watch(loop.name, loop.pid);
      return [loop];
    },
  };
  return { loop, system: wholeSystem(setup, run) };
}

/**
 * The whole system, with these events in calls.events.
 * @param env settings of the services.
 */
export async function preloadSystem(
  setup: ThroughputSetup,
  run: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Plan> {
  const { ground, projectId, events, shape } = setup;
  await preloadEvents(ground, benchEvents(events, shape, projectId, run));
  return wholeSystem(setup, run, env);
}

function wholeSystem(setup: ThroughputSetup, run: string, env: Readonly<Record<string, string>> = {}): Plan {
  const { ground, projectId, events, profile } = setup;
  const rows = async (): Promise<number> => {
    const [row] = (await ground.database.query(
      `SELECT count(*) AS count FROM deliveries WHERE status = 'delivered' AND project_id = $1 AND call_id LIKE $2`,
      [projectId, `${run}-%`],
    )) as [{ count: string }];
    return Number(row.count);
  };
  return {
    inOrder: true,
    worksAhead: true,
    start: async (meter) => {
      const waiting = await Promise.all([
        startService(ground, 'delivery-custom', { profileDir: profile, env }),
        startService(ground, 'recorder', { profileDir: profile, env }),
      ]);
      // An earlier (b) left its attempts to the recorder: they are no part of this.
      await untilCount('records that the recorder has caught up with', 0, async () => -(await lagOf(ground)), waiting);
      for (const { name, pid } of waiting) meter.watch(name, pid);
      meter.restart();
      // Now the router is all that the events wait for.
      return [...waiting, await startService(ground, 'router', { ...serviceOptions(meter, profile), env })];
    },
    finish: (processes) => untilCount('rows in the history', events, rows, processes),
  };
}

/** Attempts that wait for the recorder. */
async function lagOf({ kafka }: Ground): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  const [ends, commits] = [
    await admin.fetchTopicOffsets(TOPICS.attempts),
    await admin.fetchOffsets({ groupId: 'recorder', topics: [TOPICS.attempts] }),
  ];
  await admin.disconnect();
  const committed = new Map(commits[0]?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  return ends.reduce((sum, { partition, high }) => sum + Number(high) - Math.max(0, committed.get(partition) ?? 0), 0);
}

/** Jobs in deliveries.custom, and nobody but the delivery service. */
export async function preloadDelivery(setup: ThroughputSetup, run: string): Promise<Plan> {
  const { ground, projectId, events, shape, profile } = setup;
  await preloadJobs(ground, benchEvents(events, shape, projectId, run));
  return {
    inOrder: true,
    worksAhead: false,
    start: async (meter) => [await startService(ground, 'delivery-custom', serviceOptions(meter, profile))],
  };
}

function serviceOptions(meter: UsageMeter, profileDir: string | undefined): ServiceOptions {
  return { profileDir, onLive: ({ name, pid }) => meter.watch(name, pid) };
}

export async function measure(setup: ThroughputSetup, plan: Plan): Promise<ThroughputRun> {
  const { ground, receiver, collector, events } = setup;
  await receiver.reset();
  await collector?.reset();
  const before = await storeBytes(ground);
  const meter = new UsageMeter();
  for (const { name, pid } of [...ground.servers, receiver.child]) meter.watch(name, pid);
  const processes = await plan.start(meter);
  const run = await watched(setup, plan, processes, meter)
    .then(async (seen) => ({ ...seen, logged: bytesBetween(before, await storeBytes(ground)) }))
    .finally(async () => {
      meter.close();
      await stopAll(processes);
    });
  // What waits is sent when the services end.
  return { ...run, ...(collector && plan.inOrder ? { spansPerEvent: (await collector.spans()) / events } : {}) };
}

async function watched(
  { receiver, events, shape }: ThroughputSetup,
  plan: Plan,
  processes: readonly Child[],
  meter: UsageMeter,
): Promise<Omit<ThroughputRun, 'logged'>> {
  await untilCount('requests arrived', events, () => receiver.count(), processes);
  await plan.finish?.(processes);
  const finishedAt = monotonicMs();
  const arrivals = await receiver.arrivals();
  const [first, last] = [arrivals.times[0]!, arrivals.times[events - 1]!];
  const seconds = (last - first) / 1000;
  return {
    seconds,
    perSecond: (events - 1) / seconds,
    ...(plan.finish === undefined ? {} : { recordedAfterSeconds: (finishedAt - first) / 1000 }),
    usage: meter.since(plan.worksAhead ? 0 : first),
    faults: faultsOf(arrivals, plan, events, shape),
  };
}

function faultsOf(arrivals: Arrivals, { inOrder }: Plan, events: number, shape: Shape): string[] {
  // The bare loop keeps no order.
  const numbers = inOrder ? arrivals.numbers : [...arrivals.numbers].sort((a, b) => a - b);
  return faultsIn({ numbers }, events, shape);
}
