import { TOPICS } from '#libs/kafka';
import type { Child } from '../../tools/stack/child-process.js';
import { monotonicMs, type Arrivals } from './arrivals.js';
import type { Shape } from './events.js';
import type { Ground } from './ground.js';
import { benchEvents, preloadEvents, preloadJobs } from './preload.js';
import { UsageMeter, type Usage } from './process-usage.js';
import { startOwn, startService, stopAll, untilCount, type ServiceOptions } from './programs.js';
import type { Receiver } from './receiver-process.js';
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
}

export interface ThroughputSetup {
  readonly ground: Ground;
  readonly receiver: Receiver;
  readonly projectId: string;
  readonly events: number;
  readonly shape: Shape;
  readonly profile?: string;
}

/** What one measurement does besides waiting for the arrivals. */
interface Plan {
  start(meter: UsageMeter): Promise<Child[]>;
  /** After the last arrival. */
  finish?(processes: readonly Child[]): Promise<void>;
  /** What is used before the first arrival counts too. */
  readonly worksAhead: boolean;
  readonly inOrder: boolean;
}

/** Events in calls.events, and two ways to the receiver from there: the bare loop and the whole system. */
export async function preloadRun(setup: ThroughputSetup, run: string): Promise<{ loop: Plan; system: Plan }> {
  const { ground, receiver, projectId, events, shape, profile } = setup;
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
  const rows = async (): Promise<number> => {
    const [row] = (await ground.database.query(
      `SELECT count(*) AS count FROM deliveries WHERE status = 'delivered' AND project_id = $1 AND call_id LIKE $2`,
      [projectId, `${run}-%`],
    )) as [{ count: string }];
    return Number(row.count);
  };
  const system: Plan = {
    inOrder: true,
    worksAhead: true,
    start: async (meter) => {
      const waiting = await Promise.all([
        startService(ground, 'delivery-custom', { profileDir: profile }),
        startService(ground, 'recorder', { profileDir: profile }),
      ]);
      // An earlier (b) left its attempts to the recorder: they are no part of this.
      await untilCount('records that the recorder has caught up with', 0, async () => -(await lagOf(ground)), waiting);
      for (const { name, pid } of waiting) meter.watch(name, pid);
      meter.restart();
      // Now the router is all that the events wait for.
      return [...waiting, await startService(ground, 'router', serviceOptions(meter, profile))];
    },
    finish: (processes) => untilCount('rows in the history', events, rows, processes),
  };
  return { loop, system };
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
  const { ground, receiver, events, shape } = setup;
  await receiver.reset();
  const meter = new UsageMeter();
  for (const { name, pid } of [...ground.servers, receiver.child]) meter.watch(name, pid);
  const processes = await plan.start(meter);
  try {
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
  } finally {
    meter.close();
    await stopAll(processes);
  }
}

function faultsOf(arrivals: Arrivals, { inOrder }: Plan, events: number, shape: Shape): string[] {
  // The bare loop keeps no order.
  const numbers = inOrder ? arrivals.numbers : [...arrivals.numbers].sort((a, b) => a - b);
  return faultsIn({ numbers }, events, shape);
}
