import { CONSUMER_DEFAULTS, createKafka, GroupConsumer, headerText, type Log } from '#libs/kafka';
import { uniqueName } from '#libs/testkit';

export interface Seen {
  readonly partition: number;
  readonly key: string | undefined;
  /** Its value as JSON. */
  readonly value: Record<string, unknown>;
  header(name: string): string | undefined;
}

export interface TopicWatch {
  /** In the order they were read, from the beginning of the topic. */
  readonly records: readonly Seen[];
  of(callId: string): Seen[];
  close(): Promise<void>;
}

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Reads a topic from its beginning, by the product's own consumer: kafkajs' gives up on a broker that has just started. */
export async function watchTopic(brokers: string, topic: string): Promise<TopicWatch> {
  const records: Seen[] = [];
  const consumer = new GroupConsumer({
    ...CONSUMER_DEFAULTS,
    kafka: createKafka({ brokers: [brokers], clientId: 'watch', tls: false, log: SILENT }),
    groupId: uniqueName('watch'),
    topics: [topic],
    log: SILENT,
    handlers: {
      onBatch: (batch) => {
        for (const { key, value, headers } of batch.records) {
          records.push({
            partition: batch.partition,
            key: key?.toString(),
            value: JSON.parse(value?.toString() ?? 'null') as Record<string, unknown>,
            header: (name) => headerText(headers, name),
          });
        }
        return Promise.resolve();
      },
    },
  });
  await consumer.start();
  return { records, of: (callId) => records.filter(({ key }) => key === callId), close: () => consumer.stop() };
}
