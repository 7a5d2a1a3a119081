import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import type { AttemptRecord } from '#libs/contracts';
import { attemptRecord } from '#libs/testkit';
import { createLaneMemory, type HistoryWriter } from './history-writer.js';
import { openHistory } from './history.fixture.js';

/* The audit, with what Postgres knows. Oracle: the order in which the jobs were emitted. */

const NOON = Date.UTC(2026, 10, 24, 12);
let pool: Pool;
let history: HistoryWriter;

beforeAll(async () => {
  ({ pool, history } = await openHistory(NOON));
});
afterAll(() => pool?.end());
beforeEach(() => pool.query('TRUNCATE attempts, deliveries'));

describe('the audit of what is written', () => {
  /** A delivered job of one call, from that place in the source. */
  const job = (offset: number): AttemptRecord =>
    attemptRecord({ eventId: `e${offset}`, mark: { epoch: 'epoch-1', offset, ordinal: 1 } });
  const types = (found: Awaited<ReturnType<HistoryWriter['write']>>) =>
    found.map(({ type, record, last }) => `${type} ${record.eventId} after ${last.eventId}`);

  it('knows from Postgres what another recorder wrote', async () => {
    await history.write([job(1), job(2)], createLaneMemory());
    expect(await history.write([job(3)], createLaneMemory())).toEqual([]);
    expect(types(await history.write([job(2)], createLaneMemory()))).toEqual(['violation e2 after e3']);
  });

  it('compares with what it remembers, without asking Postgres', async () => {
    const lanes = createLaneMemory();
    await history.write([job(5)], lanes);
    await pool.query('TRUNCATE attempts, deliveries');
    expect(types(await history.write([job(4)], lanes))).toEqual(['violation e4 after e5']);
  });

  it('remembers nothing of a batch that was not written', async () => {
    const lanes = createLaneMemory();
    await expect(history.write([job(9), attemptRecord({ deliveryId: 'no-uuid' })], lanes)).rejects.toThrow();
    expect(await history.write([job(8)], lanes)).toEqual([]);
    expect(types(await history.write([job(7)], lanes))).toEqual(['violation e7 after e8']);
  });

  it('is not made twice of the same records', async () => {
    const script = [job(1), job(3), job(2)];
    expect(types(await history.write(script, createLaneMemory()))).toEqual(['violation e2 after e3']);
    expect(await history.write(script, createLaneMemory())).toEqual([]);
  });

  it('finds the last delivery of a call from before midnight, or from the day before', async () => {
    const yesterday = { ...job(6), receivedAt: NOON - 86_400_000 + 1 };
    await history.write([yesterday], createLaneMemory());
    expect(types(await history.write([job(5)], createLaneMemory()))).toEqual(['violation e5 after e6']);
  });
});
