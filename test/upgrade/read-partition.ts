import { createKafka } from '#libs/kafka';
import { SILENT_LOG } from '../../tools/stack/kafka-address.js';
import type { System, TopicRecord } from '../harness/system.js';
import type { KeptRecord } from './release.js';

/** Everything that lies on a partition now, in its order. */
export async function readPartition(system: System, topic: string, partition: number): Promise<KeptRecord[]> {
  const kafka = createKafka({ brokers: [system.kafka.brokers], clientId: 'reader', tls: false, log: SILENT_LOG });
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic).finally(() => admin.disconnect());
  const end = Number(ends.find((one) => one.partition === partition)!.high);
  if (end === 0) return [];
  const onPartition = (found: readonly TopicRecord[]) => found.filter((one) => one.partition === partition);
  const found = onPartition(await system.records(topic, (all) => onPartition(all).length >= end));
  return found.map(({ offset, key, value, headers }) => ({
    ...{ topic, partition, offset, key },
    value: value?.toString() ?? '',
    headers,
  }));
}
