/** Breakers in a real PostgreSQL. Oracle: the rows, and what is said of an endpoint. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import type { PlatformEvent } from '#libs/contracts';
import { createDatabase } from '#libs/testkit';
import { migrate } from '../data-source.js';
import { impairedEndpoints, insertBreaker, latestBreaker } from './endpoint-breakers.js';

const OPENED_AT = Date.UTC(2026, 10, 28, 12);
const MINUTE_MS = 60_000;

let pool: Pool;
beforeAll(async () => {
  const url = await createDatabase();
  await migrate(url);
  pool = new Pool({ connectionString: url, max: 1 });
});
afterAll(() => pool?.end());

const PROJECT = randomUUID();
const TYPES = {
  opened: 'endpoint.breaker.opened',
  closed: 'endpoint.breaker.closed',
  fell: 'endpoint.share.fell',
  whole: 'endpoint.share.whole',
} as const;

const eventOf = (endpointId: string, what: keyof typeof TYPES, since: number, at: number): PlatformEvent => ({
  v: 1,
  type: TYPES[what],
  endpointId,
  projectId: PROJECT,
  kind: 'custom',
  reason: `timeout: told at ${at - OPENED_AT}`,
  since: new Date(since).toISOString(),
  at: new Date(at).toISOString(),
  nextProbeAt: what === 'opened' ? new Date(at + 5000).toISOString() : null,
  share: what === 'whole' ? 64 : 1,
  wholeShare: 64,
});
const query = async <Row>(sql: string, values: readonly unknown[]) =>
  (await pool.query(sql, [...values])).rows as Row[];
const latest = (endpointId: string, now: number) => latestBreaker(query, PROJECT, endpointId, now);
const UNKNOWN = { breaker: 'closed', since: null, reason: null, nextProbeAt: null, share: null };

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
    nextProbeAt: new Date(OPENED_AT + 5000),
    share: 1,
  });
  const closedAt = OPENED_AT + MINUTE_MS;
  await insertBreaker(pool, eventOf(id, 'closed', closedAt, closedAt));
  expect(await latest(id, closedAt)).toMatchObject({ breaker: 'closed', since: new Date(closedAt) });
});

it('an open one that is not told of any more is open no more: its process is gone', async () => {
  const id = randomUUID();
  await insertBreaker(pool, eventOf(id, 'opened', OPENED_AT, OPENED_AT));
  expect(await latest(id, OPENED_AT + 5 * MINUTE_MS)).toMatchObject({ breaker: 'open' });
  expect(await latest(id, OPENED_AT + 5 * MINUTE_MS + 1)).toEqual(UNKNOWN);
  expect(await latest(randomUUID(), OPENED_AT)).toEqual(UNKNOWN);
});

it('those that are not well are listed, the open ones first; a share that is whole again is not, nor what was long not told', async () => {
  const names = ['open', 'limited', 'closed', 'whole', 'silent', 'never'] as const;
  const ids = Object.fromEntries(names.map((name) => [name, randomUUID()])) as Record<(typeof names)[number], string>;
  await pool.query('INSERT INTO projects (id, name) VALUES ($1, $2)', [PROJECT, 'p']);
  for (const name of names) {
    await pool.query(
      `INSERT INTO endpoints (id, project_id, name, endpoint_type, target, auth_type)
       VALUES ($1, $2, $3, 'CUSTOM', 'https://e.example', 'NONE')`,
      [ids[name], PROJECT, name],
    );
  }
  const now = OPENED_AT + 10 * MINUTE_MS;
  await insertBreaker(pool, eventOf(ids.silent, 'opened', OPENED_AT, OPENED_AT));
  await insertBreaker(pool, eventOf(ids.limited, 'fell', now - 2000, now - 1000));
  await insertBreaker(pool, eventOf(ids.whole, 'fell', now - 2000, now - 1000));
  await insertBreaker(pool, eventOf(ids.whole, 'whole', now - 500, now - 500));
  for (const name of ['open', 'closed'] as const)
    await insertBreaker(pool, eventOf(ids[name], 'opened', now - 9, now - 9));
  await insertBreaker(pool, eventOf(ids.closed, 'closed', now - 5, now - 5));
  const found = await impairedEndpoints(query, PROJECT, now, 10);
  expect(found.map(({ endpointName, breaker }) => [endpointName, breaker]).toSorted()).toEqual([
    ['closed', 'closed'],
    ['limited', 'closed'],
    ['open', 'open'],
  ]);
  expect(found[0]).toEqual({
    endpointId: ids.open,
    endpointName: 'open',
    breaker: 'open',
    since: new Date(now - 9),
    reason: `timeout: told at ${now - 9 - OPENED_AT}`,
    nextProbeAt: new Date(now - 9 + 5000),
    share: 1,
    wholeShare: 64,
    waitingCalls: 0,
  });
});
