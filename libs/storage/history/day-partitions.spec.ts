import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { attemptRecord, createDatabase, waitFor } from '#libs/testkit';
import { migrate } from '../data-source.js';
import { DAY_MS } from './days.js';
import { createLaneMemory, HistoryWriter, isRefused } from './history-writer.js';
import { createHistoryPool } from './history-pool.js';
import { inTransaction } from '../pool.js';
import { dropOldHistory } from './retention.js';

/* Days on a real PostgreSQL, with a clock that the spec sets. Oracle: in which table a row stands. */

const NOON = Date.UTC(2026, 10, 24, 12);
const RETENTION_DAYS = 30;

let pool: Pool;
let now: number;
const clock = { retentionDays: RETENTION_DAYS, now: () => now };
const opened: Pool[] = [];

beforeEach(async () => {
  now = NOON;
  const url = await createDatabase();
  await migrate(url);
  pool = createHistoryPool(url, { size: 8, applicationName: 'spec' });
  opened.push(pool);
});
afterAll(() => Promise.all(opened.map((each) => each.end())));

const newWriter = (): HistoryWriter => new HistoryWriter(pool, clock);

/** One record for each time. */
async function write(writer: HistoryWriter, ...times: number[]): Promise<void> {
  const records = times.map((receivedAt) => attemptRecord({ receivedAt }));
  await writer.write(records, createLaneMemory());
}

/** The tables that hold rows, both tables' days being the same. */
async function days(): Promise<string[]> {
  const tables = async (name: string): Promise<string[]> => {
    const { rows } = await pool.query<{ at: string }>(
      `SELECT DISTINCT replace(tableoid::regclass::text, '${name}_', '') AS at FROM ${name} ORDER BY at`,
    );
    return rows.map(({ at }) => at);
  };
  const attempts = await tables('attempts');
  expect(await tables('deliveries')).toEqual(attempts);
  return attempts;
}

async function count(table: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
  return rows[0]!.n;
}

describe('a day', () => {
  it('gets its partitions when it is first written to', async () => {
    await write(newWriter(), NOON, NOON - DAY_MS, NOON + DAY_MS, NOON - 30 * DAY_MS);
    expect(await days()).toEqual(['20261025', '20261123', '20261124', '20261125']);
  });

  it('that a mad clock names gets no tables', async () => {
    await write(newWriter(), 0, NOON + 2 * DAY_MS, NOON + 9000 * DAY_MS, NOON - 31 * DAY_MS);
    expect(await days()).toEqual(['default']);
  });

  it('is made by several recorders at once', async () => {
    const writers = Array.from({ length: 6 }, newWriter);
    await Promise.all(writers.map((writer) => write(writer, NOON, NOON + DAY_MS)));
    expect(await days()).toEqual(['20261124', '20261125']);
    expect(await count('deliveries')).toBe(12);
  });

  it('takes its rows out of DEFAULT when they came there before it was made', async () => {
    const tomorrow = NOON + 2 * DAY_MS;
    await write(newWriter(), tomorrow, tomorrow + 1);
    expect(await days()).toEqual(['default']);
    now += DAY_MS;
    await write(newWriter(), tomorrow + 2);
    expect(await days()).toEqual(['20261126']);
    expect(await count('attempts')).toBe(3);
  });

  it('that was taken away while we thought it was there is written to all the same', async () => {
    const writer = newWriter();
    await write(writer, NOON);
    await pool.query('DROP TABLE attempts_20261124, deliveries_20261124');
    await write(writer, NOON);
    expect(await days()).toEqual(['default']);
  });

  it('whose table stands there unattached is attached', async () => {
    await write(newWriter(), NOON);
    await pool.query('ALTER TABLE attempts DETACH PARTITION attempts_20261124');
    await write(newWriter(), NOON);
    expect(await days()).toEqual(['20261124']);
    expect(await count('attempts')).toBe(2);
  });

  it('that cannot be made is tried again with the next batch', async () => {
    const writer = newWriter();
    await pool.query('ALTER TABLE attempts RENAME TO away');
    await expect(write(writer, NOON)).rejects.toThrow('the partitions of 2026-11-24 cannot be made');
    await pool.query('ALTER TABLE away RENAME TO attempts');
    await write(writer, NOON);
    expect(await days()).toEqual(['20261124']);
  });

  it('that no table takes, DEFAULT being gone, is no fault of its records', async () => {
    await pool.query('DROP TABLE attempts_default');
    const error = await write(newWriter(), 0).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('no partition of relation "attempts" found for row');
    expect(isRefused(error)).toBe(false);
  });

  it('is searched through an index that Postgres knows as part of the whole', async () => {
    await write(newWriter(), NOON);
    const { rows } = await pool.query<{ parent: string }>(
      `SELECT p.relname AS parent FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
       JOIN pg_index x ON x.indexrelid = i.inhrelid WHERE x.indrelid = 'deliveries_20261124'::regclass ORDER BY parent`,
    );
    expect(rows.map(({ parent }) => parent)).toEqual([
      'deliveries_by_call',
      'deliveries_by_endpoint',
      'deliveries_by_endpoint_type',
      'deliveries_by_project',
      'deliveries_by_type',
      'deliveries_in_trouble',
      'deliveries_in_trouble_by_code',
      'deliveries_in_trouble_by_endpoint',
      'deliveries_in_trouble_by_type',
      'deliveries_pkey',
    ]);
  });
});

describe('retention', () => {
  it('drops whole days that are older, and what else is old; nothing younger', async () => {
    const writer = newWriter();
    await write(writer, NOON - 30 * DAY_MS, NOON - 29 * DAY_MS, NOON, NOON - 400 * DAY_MS, NOON + 400 * DAY_MS);
    expect(await dropOldHistory(pool, clock)).toEqual({ partitions: [], rows: 2, idempotencyKeys: 0 });
    expect(await days()).toEqual(['20261025', '20261026', '20261124', 'default']);
    now = Date.UTC(2026, 10, 24, 23, 59, 59, 999);
    expect((await dropOldHistory(pool, clock))?.partitions).toEqual([]);
    now += 1;
    expect((await dropOldHistory(pool, clock))?.partitions).toEqual(['attempts_20261025', 'deliveries_20261025']);
    expect(await days()).toEqual(['20261026', '20261124', 'default']);
    expect(await count('deliveries')).toBe(3);
  });

  it('forgets idempotency keys after 24 hours', async () => {
    const project = '3f0c7a52-9d1e-4c57-8a34-6b2f0d9e1c77';
    await pool.query(`INSERT INTO projects (id, name) VALUES ($1, 'P')`, [project]);
    for (const [key, age] of [
      ['old', DAY_MS + 1],
      ['young', DAY_MS],
    ] as const) {
      await pool.query(
        `INSERT INTO idempotency_keys (project_id, key, request_hash, event_id, created_at) VALUES ($1, $2, '', '', $3)`,
        [project, key, new Date(NOON - age)],
      );
    }
    expect((await dropOldHistory(pool, clock))?.idempotencyKeys).toBe(1);
    expect((await pool.query('SELECT key FROM idempotency_keys')).rows).toEqual([{ key: 'young' }]);
  });

  it('forgets violations of order with the day of their event', async () => {
    for (const age of [31, 30]) {
      await pool.query(
        `INSERT INTO order_violations (delivery_id, started_at, received_at, project_id, endpoint_id, call_id)
         VALUES (gen_random_uuid(), $1, $1, gen_random_uuid(), gen_random_uuid(), $2)`,
        [new Date(NOON - age * DAY_MS), `${age} days old`],
      );
    }
    await dropOldHistory(pool, clock);
    const { rows } = await pool.query('SELECT call_id FROM order_violations');
    expect(rows).toEqual([{ call_id: '30 days old' }]);
  });

  it('forgets redrives that ended before the history begins, never one that is under way', async () => {
    const project = '3f0c7a52-9d1e-4c57-8a34-6b2f0d9e1c78';
    await pool.query(`INSERT INTO projects (id, name) VALUES ($1, 'P')`, [project]);
    for (const end of [NOON - 31 * DAY_MS, NOON - 30 * DAY_MS, null]) {
      await pool.query(
        `INSERT INTO redrives (id, project_id, filter, counts, created_at, finished_at)
         VALUES (gen_random_uuid(), $1, '{}', '{}', $2, $3)`,
        [project, new Date(NOON - 90 * DAY_MS), end === null ? null : new Date(end)],
      );
    }
    await dropOldHistory(pool, clock);
    const { rows } = await pool.query('SELECT finished_at FROM redrives ORDER BY finished_at');
    expect(rows).toEqual([{ finished_at: new Date(NOON - 30 * DAY_MS) }, { finished_at: null }]);
  });

  it('is left to one recorder at a time', async () => {
    await write(newWriter(), NOON - 30 * DAY_MS);
    now += DAY_MS;
    const results = await Promise.all([dropOldHistory(pool, clock), dropOldHistory(pool, clock)]);
    expect(results.flatMap((dropped) => dropped?.partitions ?? [])).toEqual([
      'attempts_20261025',
      'deliveries_20261025',
    ]);
  });

  it('does not make writers wait behind a reader that takes long', async () => {
    const writer = newWriter();
    await write(writer, NOON, NOON - 30 * DAY_MS);
    now += DAY_MS;
    await inTransaction(pool, async (reader) => {
      await reader.query('SELECT count(*) FROM attempts');
      await expect(dropOldHistory(pool, clock)).rejects.toThrow('lock timeout');
      await write(writer, NOON);
    });
    await waitFor('the drop', async () => ((await dropOldHistory(pool, clock))?.partitions.length ?? 0) === 2);
  });
});
