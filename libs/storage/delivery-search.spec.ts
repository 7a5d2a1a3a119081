import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDatabase } from '#libs/testkit';
import { createDataSource, migrate } from './data-source.js';
import { deliverySearch, type DeliveryFilter } from './delivery-search.js';

/*
 * How Postgres finds deliveries among 60,000 of 3 days. Oracle: its plan. Whatever is asked for, a page must not read (or
 * sort) a project's whole history.
 */

const PROJECT = '00000000-0000-4000-8000-000000000001';
const ENDPOINT = '00000000-0000-4000-8000-0000000000e1';
let dataSource: DataSource;

beforeAll(async () => {
  const url = await createDatabase();
  await migrate(url);
  dataSource = await createDataSource(url).initialize();
  for (const day of [1, 2, 3]) {
    await dataSource.query(
      `CREATE TABLE deliveries_day_${day} PARTITION OF deliveries
       FOR VALUES FROM ('2026-05-0${day}T00:00:00Z') TO ('2026-05-0${day + 1}T00:00:00Z')`,
    );
  }
  // One in a hundred is in trouble; ten endpoints, six events a call.
  await dataSource.query(
    `INSERT INTO deliveries (received_at, delivery_id, project_id, endpoint_id, endpoint_name, endpoint_type, call_id,
       event_id, event_type, status, attempts, reason)
     SELECT '2026-05-01T00:00:00Z'::timestamptz + n * interval '4 s', gen_random_uuid(), $1,
       ('00000000-0000-4000-8000-0000000000e' || n % 10)::uuid, 'E', 'CUSTOM', 'call-' || n / 6, 'event-' || n,
       CASE WHEN n % 6000 = 17 THEN 'OUTBOUND_CALL_UNREACHABLE' WHEN n % 10 = 3 THEN 'OUTBOUND_CALL_CLOSING'
         ELSE 'OUTBOUND_CALL_CALLING' END,
       CASE WHEN n % 100 = 0 THEN 'dead_lettered' ELSE 'delivered' END, 1,
       CASE WHEN n % 100 = 0 THEN 'http_400: the endpoint answered 400' END
     FROM generate_series(0, 59999) AS n`,
    [PROJECT],
  );
  await dataSource.query('ANALYZE deliveries');
}, 60_000);
afterAll(() => dataSource?.destroy());

interface Node {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Node[];
}

/** Rows that scans looked at, and the indexes of the scans that did. */
async function readBy(
  filter: DeliveryFilter,
  after: { place: string; deliveryId: string } | null = null,
  on: { query(sql: string, parameters: unknown[]): Promise<unknown> } = dataSource,
) {
  const { sql, parameters } = deliverySearch(PROJECT, filter, after, 51);
  const [explained] = (await on.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, [...parameters])) as [
    { 'QUERY PLAN': [{ Plan: Node }] },
  ];
  const scans = scansOf(explained['QUERY PLAN'][0].Plan).filter(
    (node) => node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) > 0,
  );
  const rows = scans.reduce((sum, node) => sum + node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0), 0);
  const indexes = new Set(scans.map((node) => node['Index Name'] ?? node['Node Type']));
  return { rows, indexes: [...indexes].map((name) => name.replace(/^deliveries_(day_\d|default)_/, '')).sort() };
}

function scansOf(node: Node): Node[] {
  const below = (node.Plans ?? []).flatMap(scansOf);
  return /Scan$/.test(node['Node Type']) && node['Node Type'] !== 'Bitmap Heap Scan' ? [node, ...below] : below;
}

describe('a page of deliveries', () => {
  const half = { place: '2026-05-02T12:00:00.000000Z', deliveryId: '00000000-0000-4000-8000-000000000000' };

  it.each<[string, DeliveryFilter, typeof half | null, number]>([
    ['of a project', {}, null, 200],
    ['further down', {}, half, 200],
    ['of an endpoint', { endpointId: ENDPOINT }, null, 600],
    ['of an endpoint, further down', { endpointId: ENDPOINT }, half, 600],
    ['of a call', { callId: 'call-5000' }, null, 200],
    ['in trouble', { status: 'dead_lettered' }, null, 200],
    // Few enough for Postgres to sort all that are left.
    ['in trouble, further down', { status: 'dead_lettered' }, half, 400],
    ['that was delivered', { status: 'delivered' }, null, 200],
    ['of a time', { from: '2026-05-01T06:00:00Z', to: '2026-05-01T07:00:00Z' }, null, 200],
  ])('%s reads little more than it shows', async (_, filter, after, most) => {
    const { rows, indexes } = await readBy(filter, after);
    expect({ rows: rows <= most ? 'few' : rows, indexes }).toEqual({ rows: 'few', indexes: expect.any(Array) });
    expect(indexes).not.toContain('Seq Scan');
  });

  // What is rare, or not there at all, must be found or missed without reading what is common.
  it.each<[string, DeliveryFilter, typeof half | null]>([
    ['a rare type', { eventType: 'OUTBOUND_CALL_UNREACHABLE' }, null],
    ['a rare type, further down', { eventType: 'OUTBOUND_CALL_UNREACHABLE' }, half],
    ['a type that never came', { eventType: 'INBOUND_CALL_ERROR' }, null],
    ['a type that an endpoint never gets', { eventType: 'OUTBOUND_CALL_CLOSING', endpointId: ENDPOINT }, null],
    ['a status that an endpoint never had', { status: 'dead_lettered', endpointId: ENDPOINT }, null],
    ['a status that a type never had', { status: 'dead_lettered', eventType: 'OUTBOUND_CALL_CLOSING' }, null],
    ['a code that no reason has', { status: 'dead_lettered', code: 'timeout' }, null],
  ])('%s is looked for among its own', async (_, filter, after) => {
    const { rows, indexes } = await readBy(filter, after);
    expect({ rows: rows <= 20 ? 'few' : rows, indexes }).toEqual({ rows: 'few', indexes });
  });

  it('that is rare is not found so without its indexes (twin)', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    try {
      // Over few endpoints Postgres skips from one to the next, and needs only one of the two.
      await runner.query('DROP INDEX deliveries_by_type, deliveries_by_endpoint_type');
      expect((await readBy({ eventType: 'INBOUND_CALL_ERROR' }, null, runner)).rows).toBeGreaterThan(20_000);
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  });

  it('in trouble is found among those in trouble only', async () => {
    expect((await readBy({ status: 'dead_lettered' })).indexes.join()).toMatch(/status/);
  });
});
