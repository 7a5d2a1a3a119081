/** Breakers in a real PostgreSQL. Oracle: the rows, and what is said of an endpoint. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import type { PlatformEvent } from '#libs/contracts';
import { createDatabase } from '#libs/testkit';
import { migrate } from '../data-source.js';
import { insertBreaker, latestBreaker } from './endpoint-breakers.js';

const OPENED_AT = Date.UTC(2026, 10, 28, 12);
const MINUTE_MS = 60_000;

let pool: Pool;
beforeAll(async () => {
  const url = await createDatabase();
  await migrate(url);
  pool = new Pool({ connectionString: url, max: 1 });
});
afterAll(() => pool?.end());

const eventOf = (endpointId: string, type: 'opened' | 'closed', since: number, at: number): PlatformEvent => ({
  v: 1,
  type: `endpoint.breaker.${type}`,
  endpointId,
  projectId: randomUUID(),
  kind: 'custom',
  reason: `timeout: told at ${at - OPENED_AT}`,
  since: new Date(since).toISOString(),
  at: new Date(at).toISOString(),
});
const latest = (endpointId: string, now: number) =>
  latestBreaker(
    async <Row>(sql: string, values: readonly unknown[]) => (await pool.query(sql, [...values])).rows as Row[],
    endpointId,
    now,
  );

it('an opening is one row however often it is told, and told again late changes nothing', async () => {
  const id = randomUUID();
  const told = [0, 2, 1].map((minutes) => eventOf(id, 'opened', OPENED_AT, OPENED_AT + minutes * MINUTE_MS));
  for (const event of [...told, ...told]) await insertBreaker(pool, event);
  const { rows } = await pool.query('SELECT reason FROM endpoint_breakers WHERE endpoint_id = $1', [id]);
  expect(rows).toEqual([{ reason: 'timeout: told at 120000' }]);
});

it('what was said last holds: open, until it is closed', async () => {
  const id = randomUUID();
  await insertBreaker(pool, eventOf(id, 'opened', OPENED_AT, OPENED_AT));
  expect(await latest(id, OPENED_AT + MINUTE_MS)).toEqual({
    breaker: 'open',
    since: new Date(OPENED_AT),
    reason: 'timeout: told at 0',
  });
  const closedAt = OPENED_AT + MINUTE_MS;
  await insertBreaker(pool, eventOf(id, 'closed', closedAt, closedAt));
  expect(await latest(id, closedAt)).toMatchObject({ breaker: 'closed', since: new Date(closedAt) });
});

it('an open one that is not told of any more is open no more: its process is gone', async () => {
  const id = randomUUID();
  await insertBreaker(pool, eventOf(id, 'opened', OPENED_AT, OPENED_AT));
  expect(await latest(id, OPENED_AT + 5 * MINUTE_MS)).toMatchObject({ breaker: 'open' });
  expect(await latest(id, OPENED_AT + 5 * MINUTE_MS + 1)).toEqual({ breaker: 'closed', since: null, reason: null });
  expect(await latest(randomUUID(), OPENED_AT)).toEqual({ breaker: 'closed', since: null, reason: null });
});
