import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import type { AttemptRecord } from '#libs/contracts';
import { attemptRecord } from '#libs/testkit';
import { createLaneMemory, type HistoryWriter } from './history-writer.js';
import { openHistory } from './history.fixture.js';

/* Records of several partitions in one transaction, on a real PostgreSQL. Oracle: the rows, read back. */

const NOON = Date.UTC(2026, 10, 24, 12);
let pool: Pool;
let history: HistoryWriter;

beforeAll(async () => {
  ({ pool, history } = await openHistory(NOON));
});
afterAll(() => pool?.end());
beforeEach(() => pool.query('TRUNCATE attempts, deliveries'));

const id = (ordinal: number): string => `de000000-0000-4000-8000-${String(ordinal).padStart(12, '0')}`;

describe('records of several partitions', () => {
  const many = (partition: number) =>
    Array.from({ length: 200 }, (_, n) => attemptRecord({ deliveryId: id(partition * 1000 + n) }));
  const partitionOf = ({ deliveryId }: AttemptRecord): number => Math.floor(Number(deliveryId.slice(-12)) / 1000);

  it('are written together, each with its own', async () => {
    await history.write([...many(2), ...many(1)], createLaneMemory(), partitionOf);
    const { rows: found } = await pool.query(
      'SELECT kafka_partition AS partition, count(*)::int AS n FROM deliveries GROUP BY 1 ORDER BY 1',
    );
    expect(found).toEqual([
      { partition: 1, n: 200 },
      { partition: 2, n: 200 },
    ]);
  });

  it('are locked in the order of their ids, whatever order they come in: two recorders never wait for each other', async () => {
    const records = [...many(2), ...many(1).reverse()];
    await history.write(records, createLaneMemory(), partitionOf);
    const ids = records.map(({ deliveryId }) => deliveryId);
    expect(ids).not.toEqual(ids.toSorted());
    for (const table of ['attempts', 'deliveries']) {
      // As they were inserted.
      const { rows } = await pool.query<{ id: string }>(`SELECT delivery_id AS id FROM ${table} ORDER BY ctid`);
      expect(rows.map((row) => row.id)).toEqual(ids.toSorted());
    }
  });
});
