import type { ClientBase, Pool } from 'pg';
import { dayOf, hasPartition, HISTORY_TABLES, isoDay, partitionName, type HistoryTable } from './days.js';
import { inTransaction } from '../pool.js';

export interface HistoryClock {
  readonly retentionDays: number;
  /** Unix milliseconds. */
  now(): number;
}

/** Any constant: who holds it makes days, other recorders wait. */
const DAYS_LOCK = 7_302_115;

/** The partitions of the history's days, made when a day is first needed. */
export class DayPartitions {
  private readonly made = new Map<number, Promise<void>>();

  constructor(
    private readonly pool: Pool,
    private readonly clock: HistoryClock,
  ) {}

  /** Resolves when the days of these times have their partitions, as far as they get any. @param times Unix ms */
  async ensure(times: readonly number[]): Promise<void> {
    const { now, retentionDays } = this.clock;
    const days = new Set(times.map(dayOf));
    await Promise.all([...days].filter((day) => hasPartition(day, now(), retentionDays)).map((day) => this.make(day)));
  }

  private make(day: number): Promise<void> {
    const known = this.made.get(day);
    if (known !== undefined) return known;
    const making = this.makeBoth(day);
    this.made.set(day, making);
    // One that failed is tried again by whoever needs it next.
    making.catch(() => this.made.delete(day));
    return making;
  }

  private async makeBoth(day: number): Promise<void> {
    try {
      // A transaction for each: a reader of both tables is never waited for while another lock is held.
      for (const table of HISTORY_TABLES) await inTransaction(this.pool, (client) => makePartition(client, table, day));
    } catch (cause) {
      throw new Error(`the partitions of ${isoDay(day)} cannot be made`, { cause });
    }
  }
}

/**
 * Made apart and then attached, which locks the parent for nobody but other makers. Rows of the day that are in DEFAULT
 * already (it was outside of the window when they came) would forbid that: they move.
 */
async function makePartition(client: ClientBase, table: HistoryTable, day: number): Promise<void> {
  const name = partitionName(table, day);
  const bounds = `FROM ('${isoDay(day)}T00:00:00Z') TO ('${isoDay(day + 1)}T00:00:00Z')`;
  await client.query('SELECT pg_advisory_xact_lock($1)', [DAYS_LOCK]);
  const { rowCount } = await client.query(
    'SELECT 1 FROM pg_inherits WHERE inhparent = $1::regclass AND inhrelid = to_regclass($2)',
    [table, name],
  );
  if (rowCount !== 0) return;
  await client.query(`CREATE TABLE IF NOT EXISTS ${name} (LIKE ${table} INCLUDING ALL)`);
  await client.query(`LOCK TABLE ${table}_default IN ACCESS EXCLUSIVE MODE`);
  await client.query(
    `WITH moved AS (DELETE FROM ${table}_default WHERE received_at >= $1 AND received_at < $2 RETURNING *)
     INSERT INTO ${name} SELECT * FROM moved ON CONFLICT DO NOTHING`,
    [`${isoDay(day)}T00:00:00Z`, `${isoDay(day + 1)}T00:00:00Z`],
  );
  await client.query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES ${bounds}`);
}
