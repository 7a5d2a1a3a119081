import type { Assignment } from './assignment.js';
import { createKafka, type Log } from './client.js';
import { createTopics } from './ensure-topics.js';
import { GroupConsumer } from './group-consumer.js';
import { CONSUMER_DEFAULTS, type GroupConsumerHandlers, type GroupConsumerOptions } from './group-consumer-options.js';
import { createProducer } from './producer.js';
import type { RecordBatch } from './records.js';

/* For specs: members of a group on a real broker that write down what happens to them. */

export const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export function kafkaAt(brokers: string, log: Log = SILENT) {
  return createKafka({ brokers: [brokers], clientId: 'spec', tls: false, log });
}

export async function makeTopics(brokers: string, topics: readonly string[], numPartitions: number): Promise<void> {
  const admin = kafkaAt(brokers).admin();
  await admin.connect();
  await createTopics(
    admin,
    topics.map((topic) => ({ topic, numPartitions })),
  );
  await admin.disconnect();
}

/** Writes `count` records to each partition of a topic, numbered from `from`. */
export async function fill(brokers: string, topic: string, partitions: number, count: number, from = 0): Promise<void> {
  const producer = createProducer(kafkaAt(brokers), SILENT);
  await producer.connect();
  await producer.send(
    Array.from({ length: partitions }, (_, partition) =>
      Array.from({ length: count }, (_, index) => ({ topic, partition, key: 'k', value: String(from + index) })),
    ).flat(),
  );
  await producer.close();
}

export interface Seen {
  readonly member: string;
  readonly place: string;
  readonly offset: number;
  readonly value: string;
}

export type MemberOptions = Partial<Omit<GroupConsumerOptions, 'handlers'>> & {
  readonly handlers?: Partial<GroupConsumerHandlers>;
};

export class Member {
  readonly consumer: GroupConsumer;
  /** The assignment of now; null between two. */
  assignment: Assignment | null = null;
  readonly assignments: Assignment[] = [];
  readonly seen: Seen[] = [];
  downs: unknown[] = [];
  /** Warnings and errors of the log. */
  readonly complaints: string[] = [];

  constructor(
    readonly name: string,
    brokers: string,
    groupId: string,
    topics: readonly string[],
    overrides: MemberOptions = {},
  ) {
    const { handlers, ...options } = overrides;
    const complain = (fields: object, text: string): void => {
      const { err, error } = fields as { err?: unknown; error?: unknown };
      this.complaints.push(`${text} ${String(err ?? error ?? '')}`);
    };
    this.consumer = new GroupConsumer({
      ...CONSUMER_DEFAULTS,
      heartbeatIntervalMs: 100,
      maxWaitMs: 20,
      kafka: kafkaAt(brokers, { ...SILENT, warn: complain, error: complain }),
      groupId,
      topics,
      log: { ...SILENT, warn: complain, error: complain },
      ...options,
      handlers: {
        onAssigned: async (assignment) => {
          await handlers?.onAssigned?.(assignment);
          this.assignments.push(assignment);
          this.assignment = assignment;
        },
        onRevoked: async (assignment) => {
          await handlers?.onRevoked?.(assignment);
          this.assignment = null;
        },
        onDown: (error) => {
          this.downs.push(error);
          this.assignment = null;
          handlers?.onDown?.(error);
        },
        onBatch: async (batch) => {
          await handlers?.onBatch?.(batch);
          this.note(batch);
        },
      },
    });
  }

  async start(): Promise<this> {
    await this.consumer.start();
    return this;
  }

  /** `topic/partition` of all it owns now, in order. */
  get owns(): string[] {
    const partitions = [...(this.assignment?.partitions ?? [])];
    return partitions.flatMap(([topic, numbers]) => numbers.map((number) => `${topic}/${number}`)).sort();
  }

  values(place: string): string[] {
    return this.seen.filter((one) => one.place === place).map(({ value }) => value);
  }

  private note({ topic, partition, records }: RecordBatch): void {
    for (const { offset, value } of records) {
      this.seen.push({ member: this.name, place: `${topic}/${partition}`, offset, value: String(value) });
    }
  }
}
