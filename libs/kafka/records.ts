import type { IHeaders } from 'kafkajs';
import type { Assignment } from './assignment.js';

/** A record as it was read. */
export interface IncomingRecord {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders | undefined;
  /** Unix milliseconds, by the topic's timestamp type. */
  readonly timestamp: number;
}

/** Consecutive records of one topic-partition. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly IncomingRecord[];
  /** Offset of the newest record of the partition when this was read, plus one. */
  readonly highWatermark: number;
  /** The generation that these were read in. */
  readonly assignment: Assignment;
}

/** A record to write. */
export interface OutgoingRecord {
  readonly topic: string;
  /** Left out: Kafka's murmur2 of the key. */
  readonly partition?: number;
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, Buffer | string>>;
}
