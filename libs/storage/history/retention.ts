import type { ClientBase, Pool } from 'pg';
import type { HistoryClock } from './day-partitions.js';
import { DAY_MS, dayOfPartition, HISTORY_TABLES, oldestKept, type HistoryTable } from './days.js';
import { inTransaction } from '../pool.js';

/** What an end of keeping took away. */
export interface Dropped {
  readonly partitions: readonly string[];
  /** Of DEFAULT: rows of days that had no partition. */
  readonly rows: number;
  readonly idempotencyKeys: number;
}

/** Any constant: who holds it drops, other recorders leave it to that one. */
const RETENTION_LOCK = 7_302_116;
/** Dropping waits for readers, and everyone else then waits for it: better to try again later. In milliseconds. */
const LOCK_MS = 2000;
/** A request repeated after this long is a new one, in milliseconds. */
const IDEMPOTENCY_MS = DAY_MS;

/**
 * Takes away the history that is older than it is kept: whole days as partitions, without touching a row.
 * @returns null when another recorder is at it.
 */
export async function dropOldHistory(pool: Pool, { retentionDays, now }: HistoryClock): Promise<Dropped | null> {
  const oldest = oldestKept(now(), retentionDays);
  return inTransaction(pool, async (guard) => {
    const { rows } = await guard.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
      RETENTION_LOCK,
    ]);
    if (rows[0]?.mine !== true) return null;
    const partitions: string[] = [];
    let deleted = 0;
    for (const table of HISTORY_TABLES) {
      for (const name of await oldPartitions(guard, table, oldest)) {
        // Each in a transaction of its own: it holds its locks for a moment only.
        await inTransaction(pool, async (client) => {
          await client.query(`SET LOCAL lock_timeout = ${LOCK_MS}`);
          await client.query(`DROP TABLE ${name}`);
        });
        partitions.push(name);
      }
      const { rowCount } = await pool.query(`DELETE FROM ${table}_default WHERE received_at < $1`, [
        new Date(oldest * DAY_MS),
      ]);
      deleted += rowCount ?? 0;
    }
    const keys = await pool.query('DELETE FROM idempotency_keys WHERE created_at < $1', [
      new Date(now() - IDEMPOTENCY_MS),
    ]);
    await pool.query('DELETE FROM order_violations WHERE received_at < $1', [new Date(oldest * DAY_MS)]);
    await pool.query('DELETE FROM endpoint_breakers WHERE told_at < $1', [new Date(oldest * DAY_MS)]);
    // What they sent again is forgotten, too.
    await pool.query('DELETE FROM redrives WHERE finished_at < $1', [new Date(oldest * DAY_MS)]);
    return { partitions, rows: deleted, idempotencyKeys: keys.rowCount ?? 0 };
  });
}

async function oldPartitions(client: ClientBase, table: HistoryTable, oldest: number): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = $1::regclass ORDER BY c.relname`,
    [table],
  );
  return rows
    .map(({ name }) => name)
    .filter((name) => {
      const day = dayOfPartition(table, name);
      return day !== null && day < oldest;
    });
}
