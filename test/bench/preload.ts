import { randomUUID } from 'node:crypto';
import { partitionOf, TOPICS, type IncomingRecord, type OutgoingRecord } from '#libs/kafka';
import { childOf, notSampled } from '#libs/runtime';
import { SettingsSnapshot } from '#libs/storage';
import { routeBatch } from '../../apps/router/route-batch.js';
import { SILENT_LOG } from '../../tools/stack/kafka-address.js';
import { benchEvent, type BenchEvent, type Shape } from './events.js';
import { PARTITIONS, type Ground } from './ground.js';

const AT_ONCE = 2000;

/** @param run tells the calls of one measurement from those of another. */
export function benchEvents(count: number, shape: Shape, projectId: string, run: string): BenchEvent[] {
  return Array.from({ length: count }, (_, number) => benchEvent(number, shape, projectId, run));
}

/** Puts events in calls.events. */
export async function preloadEvents(
  ground: Ground,
  events: readonly BenchEvent[],
  topic: string = TOPICS.events,
): Promise<void> {
  await send(
    ground,
    events.map(({ callId, value }) => ({ topic, key: callId, value })),
  );
}

/** Puts the jobs that the router would make of the events in deliveries.custom. */
export async function preloadJobs(ground: Ground, events: readonly BenchEvent[]): Promise<void> {
  const settings = new SettingsSnapshot({ url: ground.databaseUrl, applicationName: 'bench', log: SILENT_LOG });
  await settings.start();
  const epoch = randomUUID();
  const partitions: IncomingRecord[][] = Array.from({ length: PARTITIONS }, () => []);
  for (const { callId, value } of events) {
    const records = partitions[partitionOf(callId, PARTITIONS)]!;
    records.push({
      offset: records.length,
      key: Buffer.from(callId),
      value: Buffer.from(value),
      headers: undefined,
      timestamp: Date.now(),
    });
  }
  for (const [partition, records] of partitions.entries()) {
    const routed = routeBatch({ topic: TOPICS.events, partition, epoch, records }, settings, unsampled);
    if (routed.jobs !== records.length) throw new Error(`${records.length} events became ${routed.jobs} jobs`);
    await send(ground, routed.records);
  }
  await settings.close();
}

/** As nearly all events are at this rate (`TRACES_PER_SECOND`). */
const unsampled = (parent: string | null): string => notSampled(childOf(parent));

async function send({ producer }: Ground, records: readonly OutgoingRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += AT_ONCE) await producer.send(records.slice(from, from + AT_ONCE));
}
