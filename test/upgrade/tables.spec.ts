/**
 * The tables of the release before this one, and what was under way in them, under the present code.
 * Oracles: Postgres' own catalogue; what the release kept, as it lies in the fixtures.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { decodeAttempt } from '#libs/contracts';
import {
  createHistoryPool,
  createLaneMemory,
  createLanePool,
  HistoryWriter,
  migrate,
  PgLaneStore,
  SettingsSnapshot,
} from '#libs/storage';
import { createDatabase } from '#libs/testkit';
import { SILENT_LOG } from '../../tools/stack/kafka-address.js';
import { catalogueOf, contractions, type Catalogue } from './catalogue.js';
import { readRelease } from './release.js';
import { restoreTables } from './restore-tables.js';

const release = readRelease();

async function catalogueAt(url: string, ...change: readonly string[]): Promise<Catalogue> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const sql of change) await client.query(sql);
    return await catalogueOf(client);
  } finally {
    await client.end();
  }
}

describe('migrations since the previous release', () => {
  it('only expand its tables, so that its code runs on them during a rollout and after a rollback', async () => {
    const url = await createDatabase();
    await restoreTables(url, release, false);
    const before = await catalogueAt(url);
    expect(before.columns.size).toBeGreaterThan(50);
    await migrate(url);
    expect(contractions(before, await catalogueAt(url))).toEqual([]);
  });

  it('end in the tables of a new database: no migration that was released was edited', async () => {
    const [upgraded, fresh] = [await createDatabase(), await createDatabase()];
    await restoreTables(upgraded, release, false);
    await Promise.all([migrate(upgraded), migrate(fresh)]);
    expect(await catalogueAt(upgraded)).toEqual(await catalogueAt(fresh));
    const edited = await catalogueAt(fresh, 'ALTER TABLE lanes ADD COLUMN edited text');
    expect(await catalogueAt(upgraded)).not.toEqual(edited);
  });
});

describe('a change of tables', () => {
  let url: string;
  beforeAll(async () => {
    url = await createDatabase();
    await restoreTables(url, release);
  });
  const faultsOf = async (sql: string): Promise<string[]> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const before = await catalogueOf(client);
      await client.query('BEGIN');
      await client.query(sql);
      return contractions(before, await catalogueOf(client));
    } finally {
      await client.end(); // and with it the transaction
    }
  };

  it.each([
    ['ALTER TABLE lanes DROP COLUMN last_reason', 'lanes.last_reason is gone'],
    ['ALTER TABLE lanes RENAME COLUMN attempts TO tries', 'lanes.attempts is gone'],
    ['DROP TABLE parked_jobs', 'parked_jobs.job is gone'],
    ['ALTER TABLE lanes ALTER COLUMN attempts TYPE bigint', 'lanes.attempts was smallint and is bigint'],
    ['ALTER TABLE lanes ALTER COLUMN last_reason SET NOT NULL', 'lanes.last_reason must not be NULL any more'],
    ['ALTER TABLE lanes ALTER COLUMN parked_at DROP DEFAULT', 'lanes.parked_at has lost its default'],
    ['DELETE FROM lanes; ALTER TABLE lanes ADD x text NOT NULL', 'lanes.x is new, not NULL and without a default'],
    ['ALTER TABLE lanes ADD CHECK (attempts < 3)', 'new on lanes: CHECK ((attempts < 3))'],
    ['CREATE UNIQUE INDEX one ON lanes (call_id)', 'new on lanes: CREATE UNIQUE INDEX one ON public.lanes'],
    ['ALTER TABLE lanes DROP CONSTRAINT lanes_pkey', 'gone from lanes: PRIMARY KEY (id)'],
  ])('that takes something away is caught: %s', async (sql, fault) => {
    expect((await faultsOf(sql)).join('\n')).toContain(fault);
  });

  it.each([
    'ALTER TABLE lanes ADD x text',
    'ALTER TABLE lanes ADD x text NOT NULL DEFAULT 1',
    'ALTER TABLE lanes ADD x bigint GENERATED ALWAYS AS IDENTITY',
    'ALTER TABLE lanes ALTER COLUMN project_id DROP NOT NULL',
    'CREATE INDEX more ON lanes (call_id)',
    'CREATE TABLE more (id bigint PRIMARY KEY, x text NOT NULL)',
  ])('that only adds is not: %s', async (sql) => {
    expect(await faultsOf(sql)).toEqual([]);
  });
});

describe('what was under way in the previous release', () => {
  let url: string;
  const ends: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    url = await createDatabase();
    await restoreTables(url, release);
    await migrate(url);
  });
  afterAll(() => Promise.all(ends.map((end) => end())));

  it('waits in its lanes as it did: the head with its attempts and wake-up, and its job byte by byte', async () => {
    const pool = createLanePool(url, { size: 1, applicationName: 'spec' });
    ends.push(() => pool.end());
    const store = new PgLaneStore(pool, 'custom');
    const { epoch, lanes } = (await store.takeOver([0])).get(0)!;
    const [kept] = release.rows['lanes'] as [Record<string, string | number>];
    expect(epoch).toBe(2);
    expect(lanes).toEqual([
      {
        endpointId: kept['endpoint_id'],
        callId: kept['call_id'],
        head: { id: kept['head_delivery_id'], offset: kept['head_offset'] },
        row: { attempts: 2, wakeUp: { rung: 2, dueAt: Date.parse(String(kept['due_at'])) } },
      },
    ]);
    const [head] = await store.load([{ laneId: String(kept['id']), head: lanes[0]!.head }]);
    const routed = release.records.find(({ topic, offset }) => topic === 'deliveries.custom' && offset === 2)!;
    expect(lanes[0]!.head.offset).toBe(2);
    expect(JSON.stringify(head?.job.job)).toBe(routed.value);
    expect(head?.job.traceparent).toBe(routed.headers['traceparent']);
  });

  it('has its settings', async () => {
    const snapshot = new SettingsSnapshot({ url, applicationName: 'spec', log: SILENT_LOG });
    ends.push(() => snapshot.close());
    await snapshot.start();
    for (const row of release.rows['endpoints'] as { id: string; target: string; content_key: string | null }[]) {
      expect(snapshot.endpoint(row.id)).toMatchObject({ target: row.target });
      expect(snapshot.routedEndpoint(row.id)?.snapshot).toMatchObject({ contentKey: row.content_key });
    }
    expect(snapshot.version()).toBe(Number((release.rows['settings_version'] as [{ version: number }])[0].version));
  });

  it('is history when its attempts are recorded, in order', async () => {
    const pool = createHistoryPool(url, { size: 1, applicationName: 'spec' });
    ends.push(() => pool.end());
    const now = (): number => Date.parse(String((release.rows['lanes'] as [{ parked_at: string }])[0].parked_at));
    const records = release.records
      .filter(({ topic }) => topic === 'deliveries.attempts')
      .map(({ value }) => decodeAttempt(Buffer.from(value)));
    const writer = new HistoryWriter(pool, { retentionDays: 30, now });
    const findings = await writer.write(records, createLaneMemory(), () => 0);
    expect(findings.filter(({ type }) => type !== 'repeat')).toEqual([]);
    const { rows } = await pool.query<{ event_id: string; status: string }>(
      'SELECT event_id, status FROM deliveries ORDER BY event_id',
    );
    expect(rows.map(({ event_id, status }) => `${event_id} ${status}`)).toEqual([
      ...['bad-1 dead_lettered', 'good-0 delivered', 'good-1 delivered', 'good-10 delivered', 'good-2 delivered'],
      ...['good-2 delivered', 'then-2 waiting', 'then-3 waiting', 'waits-1 retrying', 'waits-9 dead_lettered'],
    ]);
  });
});
