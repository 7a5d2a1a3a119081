import kafkajs, { type Consumer, type EachBatchPayload, type Kafka } from 'kafkajs';
import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import type { Assignment } from './assignment.js';
import { ENDLESS_RETRY, type Log } from './client.js';
import { readAssignment, type GroupAssignment } from './group-assignment.js';
import { registerJoinHooks } from './kafkajs-patches.js';
import type { IncomingRecord, RecordBatch } from './records.js';
import { samePartitionAssigner } from './same-partition-assigner.js';

export interface GroupConsumerHandlers {
  /** Awaited before the first batch of the generation. */
  onAssigned?(assignment: Assignment): Promise<void> | void;
  /** Awaited before the partitions can have another owner (re-join, stop). Commits still work inside. */
  onRevoked?(assignment: Assignment): Promise<void> | void;
  /** The consumer ended without a hand-over; it is started again. The partitions may have another owner already. */
  onDown?(error: unknown): void;
  /** When it resolves, reading goes on behind the batch; nothing is committed by that. When it throws, it comes again. */
  onBatch(batch: RecordBatch): Promise<void>;
}

export interface GroupConsumerOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly handlers: GroupConsumerHandlers;
  readonly log: Log;
  readonly sessionTimeoutMs: number;
  /** The most that a drain may take before the group goes on without us. */
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  /** How long the broker may hold a fetch that has nothing; a resumed partition waits for it. */
  readonly maxWaitMs: number;
  readonly maxBytesPerPartition: number;
  /** Batches handed out at the same time. */
  readonly concurrency: number;
}

export const CONSUMER_DEFAULTS = {
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 30_000,
  heartbeatIntervalMs: 1_000,
  maxWaitMs: 50,
  maxBytesPerPartition: 1024 * 1024,
  concurrency: 12,
} as const;

/** The pause before a consumer that ended is started again, and before a failed batch comes again, in milliseconds. */
const RESTART_MS = 1000;
const FAILED_BATCH_MS = 500;

/**
 * A member of a consumer group over kafkajs, with what kafkajs lacks: a revoke hook, commits fenced by the generation
 * they were made in, one owner for a partition number across topics, and a consumer that never ends silently.
 */
export class GroupConsumer {
  private consumer: Consumer | null = null;
  private assignment: GroupAssignment | null = null;
  private lastHeartbeat = 0;
  private stopping = false;
  private restart: NodeJS.Timeout | null = null;

  constructor(private readonly options: GroupConsumerOptions) {}

  async start(): Promise<void> {
    const { kafka, groupId, topics, log } = this.options;
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: this.options.sessionTimeoutMs,
      rebalanceTimeout: this.options.rebalanceTimeoutMs,
      heartbeatInterval: this.options.heartbeatIntervalMs,
      maxWaitTimeInMs: this.options.maxWaitMs,
      maxBytesPerPartition: this.options.maxBytesPerPartition,
      // kafkajs may not restart by itself: a restart must pass through `down`, so that nothing of the old tenure lives on.
      retry: { ...ENDLESS_RETRY, restartOnFailure: () => Promise.resolve(false) },
      partitionAssigners: [
        samePartitionAssigner((assigner) =>
          registerJoinHooks(assigner, {
            beforeJoin: () => this.revoke(),
            afterJoin: (group) => this.assign(consumer, group),
          }),
        ),
      ],
    });
    this.consumer = consumer;
    consumer.on(consumer.events.HEARTBEAT, () => {
      this.lastHeartbeat = Date.now();
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => this.down(consumer, payload.error));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: this.options.concurrency,
        eachBatch: (payload) => this.handle(payload),
      });
    } catch (error) {
      log.error({ err: error, groupId }, 'the consumer could not start');
      this.down(consumer, error);
    }
  }

  /** Drains through `onRevoked` while still a member, then leaves the group. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.restart !== null) clearTimeout(this.restart);
    await this.revoke();
    await this.consumer?.disconnect();
    this.consumer = null;
  }

  /** Stops fetching the partition; what was fetched already may still come. */
  pause(topic: string, partition: number): void {
    if (this.assignment !== null) this.consumer?.pause([{ topic, partitions: [partition] }]);
  }

  resume(topic: string, partition: number): void {
    if (this.assignment !== null) this.consumer?.resume([{ topic, partitions: [partition] }]);
  }

  /** `heartbeatAgeMs`: since the coordinator last heard us, in milliseconds. */
  state(): { readonly joined: boolean; readonly heartbeatAgeMs: number; readonly generation: number | null } {
    const heartbeatAgeMs = Date.now() - this.lastHeartbeat;
    return {
      joined: this.assignment !== null && heartbeatAgeMs < this.options.sessionTimeoutMs,
      heartbeatAgeMs,
      generation: this.assignment?.generation ?? null,
    };
  }

  private async revoke(): Promise<void> {
    const { assignment } = this;
    if (assignment === null) return;
    this.assignment = null;
    try {
      await this.options.handlers.onRevoked?.(assignment);
    } catch (error) {
      this.options.log.error(
        { err: error },
        'giving partitions back failed; their next owner starts from the last commit',
      );
    }
    assignment.end();
  }

  private async assign(consumer: Consumer, group: ConsumerGroup): Promise<void> {
    if (this.stopping || this.consumer !== consumer) return;
    const assignment = await readAssignment(group);
    this.lastHeartbeat = Date.now();
    await this.options.handlers.onAssigned?.(assignment);
    this.assignment = assignment;
  }

  private down(consumer: Consumer, error: unknown): void {
    if (this.stopping || this.consumer !== consumer) return;
    const { log, groupId, handlers } = this.options;
    log.error({ err: error, groupId, restartMs: RESTART_MS }, 'the consumer ended; it is started again');
    this.assignment?.end();
    this.assignment = null;
    this.consumer = null;
    handlers.onDown?.(error);
    void consumer.disconnect().catch(() => undefined); // it ended already: what it says on the way out is not news
    this.restart = setTimeout(() => void this.start(), RESTART_MS);
  }

  private async handle({ batch, resolveOffset }: EachBatchPayload): Promise<void> {
    const { assignment } = this;
    const { topic, partition } = batch;
    const first = Number((batch as unknown as { fetchedOffset: string }).fetchedOffset);
    // Batches fetched in an older generation, and positions that kafkajs reset by itself (offset out of range), would
    // be read at the wrong place: joining again reads every position from the commits.
    if (assignment === null || !assignment.expects(topic, partition, first)) {
      this.options.log.warn(
        { topic, partition, first },
        'a batch is not where reading should go on; joining the group again',
      );
      throw rejoin();
    }
    try {
      const records = batch.messages.map(toIncoming);
      await this.options.handlers.onBatch({
        topic,
        partition,
        records,
        highWatermark: Number(batch.highWatermark),
        assignment,
      });
    } catch (error) {
      // A raw error in a handler would make kafkajs end the consumer for good.
      this.options.log.error(
        { err: error, topic, partition, offset: first },
        'a batch could not be handled; it comes again',
      );
      await new Promise((resolve) => setTimeout(resolve, FAILED_BATCH_MS));
      return;
    }
    resolveOffset(batch.lastOffset());
    assignment.moveTo(topic, partition, Number(batch.lastOffset()) + 1);
  }
}

function toIncoming(message: EachBatchPayload['batch']['messages'][number]): IncomingRecord {
  return {
    offset: Number(message.offset),
    key: message.key,
    value: message.value,
    headers: message.headers,
    timestamp: Number(message.timestamp),
  };
}

/** An error that makes kafkajs join the group again. */
function rejoin(): Error {
  return Object.assign(
    new kafkajs.KafkaJSError('joining again to read positions from the commits', { retriable: true }),
    {
      type: 'REBALANCE_IN_PROGRESS',
    },
  );
}
