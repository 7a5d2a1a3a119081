import type { Kafka } from 'kafkajs';
import type { Assignment } from './assignment.js';
import type { Log } from './client.js';
import type { RecordBatch } from './records.js';

export interface GroupConsumerHandlers {
  /** Awaited before the first batch of the generation. */
  onAssigned?(assignment: Assignment): Promise<void> | void;
  /**
   * Awaited before the partitions can have another owner (re-join, stop), for `rebalanceTimeoutMs` at most. Batches
   * handed out have ended, no other comes, and commits still work inside.
   */
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
  /** What the broker gathers before it answers a fetch, while `maxWaitMs` lasts; 1 byte when left out. */
  readonly minBytes?: number;
  /**
   * The next fetch from a broker begins no sooner than this after the one before has begun; 0 when left out. A fetch costs
   * the broker and us the same for one record as for fifty.
   */
  readonly fetchEveryMs?: number;
  readonly maxBytesPerPartition: number;
  /** Batches handed out at the same time. */
  readonly concurrency: number;
}

export interface ConsumerState {
  /** A member with partitions handed out, heard by the coordinator within the session time-out. */
  readonly joined: boolean;
  /** Since the coordinator last heard us, in milliseconds. */
  readonly heartbeatAgeMs: number;
  /** How long Kafka has owed us the answer to a fetch, in milliseconds; tries that failed do not end it. */
  readonly fetchAgeMs: number;
  readonly generation: number | null;
}

export const CONSUMER_DEFAULTS = {
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 30_000,
  heartbeatIntervalMs: 1_000,
  maxWaitMs: 50,
  // As long as Kafka's own producers wait for more since 4.0 (KIP-1030). Who reads seldom waits for nothing by it.
  fetchEveryMs: 5,
  maxBytesPerPartition: 1024 * 1024,
  concurrency: 12,
} as const;
