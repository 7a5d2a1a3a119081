import { CONSUMER_DEFAULTS, createKafka, GroupConsumer } from '#libs/kafka';
import { uniqueName, waitFor } from '#libs/testkit';
import { SILENT_LOG } from '../../tools/stack/kafka-address.js';
import type { System } from '../harness/system.js';
import type { KeptRecord } from './release.js';

/** Everything that lies on a partition now, in its order. */
export async function readPartition(system: System, topic: string, partition: number): Promise<KeptRecord[]> {
  const kafka = createKafka({ brokers: [system.kafka.brokers], clientId: 'reader', tls: false, log: SILENT_LOG });
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic).finally(() => admin.disconnect());
  const end = Number(ends.find((one) => one.partition === partition)!.high);
  const found: KeptRecord[] = [];
  if (end === 0) return found;
  const consumer = new GroupConsumer({
    ...CONSUMER_DEFAULTS,
    ...{ kafka, groupId: uniqueName('reader'), topics: [topic], log: SILENT_LOG },
    handlers: {
      onBatch: (batch) => {
        if (batch.partition !== partition) return Promise.resolve();
        for (const { offset, key, value, headers = {} } of batch.records) {
          const texts = Object.entries(headers).map(([name, header]) => [name, String(header)] as const);
          const kept = {
            key: key?.toString() ?? null,
            value: value?.toString() ?? '',
            headers: Object.fromEntries(texts),
          };
          found.push({ topic, partition, offset, ...kept });
        }
        return Promise.resolve();
      },
    },
  });
  await consumer.start();
  try {
    const what = (): string => `${end} records in ${topic}, read ${found.length}`;
    await waitFor(what, () => found.length >= end, { timeoutMs: 20_000 });
    return found;
  } finally {
    await consumer.stop();
  }
}
