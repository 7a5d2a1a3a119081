import { createKafka, headerText, type Log } from '#libs/kafka';
import { uniqueName } from '#libs/testkit';

export interface Seen {
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

/** Reads a topic as any consumer would. */
export async function watchTopic(brokers: string, topic: string): Promise<TopicWatch> {
  const kafka = createKafka({ brokers: [brokers], clientId: 'watch', tls: false, log: SILENT });
  const consumer = kafka.consumer({ groupId: uniqueName('watch') });
  const records: Seen[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => {
      records.push({
        key: message.key?.toString(),
        value: JSON.parse(message.value?.toString() ?? 'null') as Record<string, unknown>,
        header: (name) => headerText(message.headers, name),
      });
      return Promise.resolve();
    },
  });
  return { records, of: (callId) => records.filter(({ key }) => key === callId), close: () => consumer.disconnect() };
}
