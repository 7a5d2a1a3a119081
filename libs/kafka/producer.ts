import type { Kafka, Message, Producer as KafkaProducer } from 'kafkajs';
import type { Log } from './client.js';
import type { OutgoingRecord } from './records.js';
import { ENDLESS_RETRY } from './client.js';
import { partitionOf } from './murmur2.js';

/** One request holds at most about this many bytes of one topic-partition: a broker's default limit is 1 MiB. */
const MAX_BATCH_BYTES = 900 * 1024;

export interface Producer {
  connect(): Promise<void>;
  /**
   * Resolves when all replicas in sync have the records. Records of one topic-partition keep their order, within a
   * call and between calls: one request is in flight at a time, and calls made meanwhile go out together as the next.
   * @throws when Kafka refused for good; the records may or may not be there.
   */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  /** What is not acknowledged yet is refused; await `send` before. Does not wait for a Kafka that is away. */
  close(): Promise<void>;
}

interface Call {
  readonly records: readonly OutgoingRecord[];
  resolve(): void;
  reject(error: unknown): void;
}

export interface ProducerOptions {
  /**
   * `send` gives up after so many milliseconds without an acknowledgement, also while the connection is still being
   * made; left out: never. Records that were not on their way by then are never sent; others may yet arrive.
   */
  readonly maxRetryMs?: number;
}

export function createProducer(kafka: Kafka, log: Log, options: ProducerOptions = {}): Producer {
  const open = (): KafkaProducer =>
    kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      // kafkajs nests retries in retries, so that no number of them is a bound in time: see `withDeadline`.
      retry: ENDLESS_RETRY,
      createPartitioner:
        () =>
        ({ message, partitionMetadata }) =>
          message.partition ?? partitionOf(asBuffer(message.key), partitionMetadata.length),
    });
  let producer = open();
  let connecting: Promise<void> | null = null;
  let waiting: Call[] = [];
  let sending = false;
  let closed = false;

  /** After an error that kafkajs would not retry the producer's sequence numbers are in doubt: a new one starts clean. */
  const replace = async (error: unknown): Promise<void> => {
    log.error({ err: error }, 'Kafka refused records; the producer is replaced');
    const old = producer;
    producer = open();
    await old.disconnect().catch(() => undefined); // it is of no use any more, whatever it says
    connecting = producer.connect();
    await connecting;
  };

  const sendAll = async (): Promise<void> => {
    sending = true;
    while (waiting.length > 0) {
      const calls = waiting;
      waiting = [];
      try {
        await connecting;
        for (const batch of batchesOf(calls.flatMap(({ records }) => records))) {
          await producer.sendBatch({ acks: -1, topicMessages: batch });
        }
        for (const call of calls) call.resolve();
      } catch (error) {
        if (!closed) {
          await replace(error).catch((again: unknown) =>
            log.error({ err: again }, 'the new producer cannot connect yet'),
          );
        }
        for (const call of calls) call.reject(error);
      }
    }
    sending = false;
  };

  const withDeadline = (call: Call, withinMs: number): Call => {
    const timer = setTimeout(() => {
      waiting = waiting.filter((other) => other !== bounded);
      call.reject(new Error(`Kafka acknowledged nothing within ${withinMs} ms`));
    }, withinMs);
    const bounded: Call = {
      records: call.records,
      resolve: () => {
        clearTimeout(timer);
        call.resolve();
      },
      reject: (error) => {
        clearTimeout(timer);
        call.reject(error);
      },
    };
    return bounded;
  };

  return {
    connect: () => (connecting = producer.connect()),
    send: (records) =>
      new Promise((resolve, reject) => {
        if (records.length === 0) return resolve();
        if (closed) return reject(new Error('the producer was closed; nothing was sent'));
        const call: Call = { records, resolve, reject };
        waiting.push(options.maxRetryMs === undefined ? call : withDeadline(call, options.maxRetryMs));
        // What is sent in this turn of the event loop goes out together.
        if (!sending) {
          sending = true;
          setImmediate(() => void sendAll());
        }
      }),
    close: async () => {
      closed = true;
      await producer.disconnect();
    },
  };
}

interface TopicMessages {
  readonly topic: string;
  readonly messages: Message[];
}

/** As few requests as the size limit allows; records of one topic-partition stay in order. */
export function batchesOf(records: readonly OutgoingRecord[]): TopicMessages[][] {
  const batches: TopicMessages[][] = [];
  let byTopic = new Map<string, TopicMessages>();
  let bytes = new Map<string, number>();
  for (const record of records) {
    const place = `${record.topic}/${record.partition ?? ''}`;
    const size = sizeOf(record);
    if ((bytes.get(place) ?? 0) + size > MAX_BATCH_BYTES && (bytes.get(place) ?? 0) > 0) {
      batches.push([...byTopic.values()]);
      byTopic = new Map();
      bytes = new Map();
    }
    bytes.set(place, (bytes.get(place) ?? 0) + size);
    let topic = byTopic.get(record.topic);
    if (topic === undefined) {
      topic = { topic: record.topic, messages: [] };
      byTopic.set(record.topic, topic);
    }
    // A record is a message, and has nothing that kafkajs would take for more.
    topic.messages.push(record as Message);
  }
  if (byTopic.size > 0) batches.push([...byTopic.values()]);
  for (const batch of batches) for (const { messages } of batch) knowGroups(messages);
  return batches;
}

/**
 * kafkajs 2.2.4 groups messages by reducing them (groupMessagesPerPartition), and copies all that a partition has for each
 * one more. Where every message says its partition, the reduction is told the groups instead.
 */
export function knowGroups(messages: Message[]): void {
  const groups: Record<string, Message[]> = {};
  for (const message of messages) {
    if (message.partition === undefined) return;
    (groups[message.partition] ??= []).push(message);
  }
  Object.defineProperty(messages, 'reduce', { value: () => groups });
}

function sizeOf({ key, value, headers }: OutgoingRecord): number {
  // Strings count three bytes a character, the most UTF-8 needs for a UTF-16 unit: never too little.
  const weigh = (part: Buffer | string | null): number =>
    part === null ? 0 : typeof part === 'string' ? part.length * 3 : part.length;
  let size = 64 + weigh(key) + (typeof value === 'string' ? Buffer.byteLength(value) : weigh(value));
  if (headers !== undefined) for (const name in headers) size += name.length + 8 + weigh(headers[name]!);
  return size;
}

function asBuffer(key: Buffer | string | null | undefined): Buffer {
  return typeof key === 'string' ? Buffer.from(key) : (key ?? Buffer.alloc(0));
}
