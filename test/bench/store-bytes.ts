import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Ground } from './ground.js';

/** What the two stores keep or have logged, in bytes: take the difference of two. */
export interface StoreBytes {
  /** Kafka's log segments, of all topics. */
  readonly kafkaLog: number;
  /** PostgreSQL's write-ahead log. */
  readonly wal: number;
}

export async function storeBytes({ dir, database }: Ground): Promise<StoreBytes> {
  const [row] = (await database.query(`SELECT pg_current_wal_lsn() - '0/0'::pg_lsn AS bytes`)) as [{ bytes: string }];
  return { kafkaLog: segmentBytes(join(dir, 'kafka', 'log')), wal: Number(row.bytes) };
}

export function bytesBetween(before: StoreBytes, after: StoreBytes): StoreBytes {
  return { kafkaLog: after.kafkaLog - before.kafkaLog, wal: after.wal - before.wal };
}

function segmentBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.log'))
    .reduce((sum, file) => sum + (statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0), 0);
}
