import { decodeAttempt, type AttemptRecord } from '#libs/contracts';
import type { RecordBatch } from '#libs/kafka';

/** An attempt record, and where it was read. */
export interface PlacedRecord {
  readonly partition: number;
  readonly offset: number;
  readonly record: AttemptRecord;
}

export interface Unreadable {
  readonly partition: number;
  readonly offset: number;
  /** In words. */
  readonly why: string;
}

/** Tells records of ours from what is none. */
export function readRecords(batches: readonly Pick<RecordBatch, 'partition' | 'records'>[]): {
  readonly readable: readonly PlacedRecord[];
  readonly unreadable: readonly Unreadable[];
} {
  const readable: PlacedRecord[] = [];
  const unreadable: Unreadable[] = [];
  for (const { partition, records } of batches) {
    for (const { offset, value } of records) {
      try {
        readable.push({ partition, offset, record: readRecord(value) });
      } catch (error) {
        unreadable.push({ partition, offset, why: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  return { readable, unreadable };
}

function readRecord(value: Buffer | null): AttemptRecord {
  if (value === null) throw new Error('it has no value');
  const record = decodeAttempt(value);
  if (!isTime(record.receivedAt) || !isTime(record.startedAt)) {
    throw new Error('receivedAt and startedAt must be Unix milliseconds');
  }
  return record;
}

/** The most that a Date holds: 100 million days around 1970, in milliseconds. */
const MOST_MS = 8_640_000_000_000_000;

/** Everything behind this reckons with days. */
function isTime(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) <= MOST_MS;
}
