import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MigrationInterface } from 'typeorm';
import { Client } from 'pg';
import { EVENT_CATALOGUE, type EndpointType } from '#libs/contracts';
import { createKafka, partitionOf, TOPICS } from '#libs/kafka';
import { startScriptedReceiver, waitFor, type Arrival } from '#libs/testkit';
import { createApiClient, type ApiClient } from '../../tools/api-client.js';
import { SILENT_LOG } from '../../tools/stack/kafka-address.js';
import { eventRecord, registerCustomer } from '../harness/customer.js';
import { PARTITIONS, startSystem, type Service, type System } from '../harness/system.js';
import { readPartition } from './read-partition.js';
import type { KeptCommit, KeptRecord, KeptRows, Release } from './release.js';

/*
 * A moment of a release's life that has everything in it: a job in flight with later ones finished behind it, a call that
 * waits on the second rung with followers, dead letters of three sorts, a redrive, commands, jobs of all four kinds.
 */

/** All of it lies on one partition: its offsets can be written again one by one. */
const PARTITION = 0;
/** Nothing comes due while it is played, and all of it soon after. */
export const LADDER = '60s,90s';
const WITHIN = { timeoutMs: 20_000 };
/** What is under way is in these; secrets and API keys are in others. */
const TABLES = ['projects', 'endpoints', 'triggers', 'settings_version', 'lane_epochs', 'lanes', 'parked_jobs'];

export const SERVICES = ['router', 'delivery-custom', 'recorder', 'api'] as const;
/** Whose commits are kept, and what each reads. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  router: [TOPICS.events],
  'delivery-custom': [
    ...[TOPICS.jobs('custom'), TOPICS.retry('custom', 1), TOPICS.retry('custom', 2)],
    TOPICS.commands('custom'),
  ],
  recorder: [TOPICS.attempts],
};
const TOPICS_KEPT = [
  ...[...Object.values(GROUPS).flat(), TOPICS.rejected, TOPICS.dlq('custom')],
  ...(['slack', 'teams', 'email'] as const).map((kind) => TOPICS.jobs(kind)),
];

/** Plays that moment with the processes of the repository at `root`, and keeps what lies in Kafka and Postgres then. */
export async function captureRelease(root: string, version: string, commit: string): Promise<Release> {
  const system = await startSystem(undefined, LADDER);
  // The ids say what becomes of an event.
  const receiver = await startScriptedReceiver((arrival) => {
    const id = eventOf(arrival);
    return id.startsWith('hangs')
      ? 'hang'
      : { status: id.startsWith('waits') ? 503 : id.startsWith('bad') ? 400 : 200 };
  });
  try {
    const services: Service[] = [];
    for (const name of SERVICES) services.push(await system.start(name, { DELIVERY_TIMEOUT: '2m' }, { root }));
    await Promise.all(services.map((service) => service.ready()));
    const api = createApiClient(`http://127.0.0.1:${services.at(-1)!.port}`, system.adminToken);
    await play(system, api, receiver.url, (count) => receiver.until(count, WITHIN.timeoutMs));
    const commits = await commitsOf(system);
    // Killed: a drain would end what is in flight.
    await Promise.all(services.map((service) => service.kill()));
    return {
      ...{ version, commit, commits, rows: await rowsOf(system.databaseUrl) },
      records: await recordsOf(system),
      schema: await schemaOf(root),
    };
  } finally {
    await receiver.close();
    await system.close();
  }
}

async function play(system: System, api: ApiClient, url: string, arrived: (count: number) => Promise<unknown>) {
  const { projectId } = await registerCustomer(system.databaseUrl, [url], { contentKey: 'template-7/äöü' });
  const base = `/v1/projects/${projectId}`;
  const publish = (callName: string, ...ids: string[]): Promise<void> =>
    system.produce(ids.map((id) => eventRecord(projectId, callOnPartition(callName), id)));
  const found = <T>(what: string, path: string, count: number): Promise<T[]> =>
    waitFor(
      what,
      async () => {
        const items = await api.list<T>(`${base}/${path}`);
        return items.length === count ? items : null;
      },
      WITHIN,
    );

  await publish('first', 'good-0');
  await arrived(1);
  await publish('slow', 'hangs');
  await arrived(2);
  await publish('retried', 'waits-1', 'then-2', 'then-3');
  await publish('mixed', 'bad-1', 'good-2');
  await arrived(5);
  await publish('fine', 'good-1', 'good-2');
  await arrived(7);
  await system.produce([
    { topic: TOPICS.events, partition: PARTITION, key: 'x', value: '{"no":"event"}' },
    { topic: TOPICS.jobs('custom'), partition: PARTITION, key: 'x', value: 'no job' },
  ]);
  // Lanes are owned by the one who reads their jobs: what an operator asks comes after them.
  const [lane] = await found<{ id: string }>('the lane', 'lanes', 1);
  await found('the followers', 'deliveries?status=waiting', 2);
  await api.call('POST', `${base}/lanes/${lane!.id}/retry`, {});
  await arrived(8);
  await found('the first dead letter', 'dead-letters', 1);
  await api.call('POST', `${base}/dead-letters/redrive`, {});
  await arrived(9);
  await publish('skipped', 'waits-9', 'good-10');
  await arrived(10);
  const lanes = await found<{ id: string; callId: string }>('the second lane', 'lanes', 2);
  const skipped = lanes.find(({ callId }) => callId === callOnPartition('skipped'))!;
  await api.call('POST', `${base}/lanes/${skipped.id}/skip`, {});
  await arrived(11);
  for (const endpointType of ['SLACK', 'TEAMS', 'EMAIL'] as const) await otherKind(system, endpointType);
  await found('the end of what ended', 'dead-letters', 2);
  await waitFor('what was written to be committed', async () => isSettled(await commitsOf(system)), WITHIN);
}

async function otherKind(system: System, endpointType: EndpointType): Promise<void> {
  const target = endpointType === 'EMAIL' ? 'somebody@example.com' : `https://hooks.example.com/${endpointType}`;
  const { projectId } = await registerCustomer(system.databaseUrl, [target], { endpointType });
  const { eventType } = EVENT_CATALOGUE[0]!;
  await system.produce([eventRecord(projectId, callOnPartition(endpointType), `for-${endpointType}`, eventType)]);
}

/** All that was published was routed, and all that was asked for was done. */
function isSettled(commits: readonly KeptCommit[]): boolean {
  const of = (group: string, topic: string): number =>
    commits.find((commit) => commit.group === group && commit.topic === topic)?.offset ?? 0;
  return of('router', TOPICS.events) >= EVENTS && of('delivery-custom', TOPICS.commands('custom')) >= 2;
}
/** Of `play`, the one that is none included. */
const EVENTS = 15;

/** A call's id that lies on the kept partition. */
function callOnPartition(name: string): string {
  for (let n = 1; ; n++) if (partitionOf(`${name}-${n}`, PARTITIONS) === PARTITION) return `${name}-${n}`;
}

async function commitsOf(system: System): Promise<KeptCommit[]> {
  const admin = createKafka({
    brokers: [system.kafka.brokers],
    clientId: 'capture',
    tls: false,
    log: SILENT_LOG,
  }).admin();
  await admin.connect();
  try {
    const commits: KeptCommit[] = [];
    for (const [group, topics] of Object.entries(GROUPS)) {
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group, topics: [...topics] })) {
        const { offset, metadata } = partitions.find(({ partition }) => partition === PARTITION)!;
        if (offset === '-1') continue;
        commits.push({ group, topic, partition: PARTITION, offset: Number(offset), metadata: metadata ?? '' });
      }
    }
    return commits;
  } finally {
    await admin.disconnect();
  }
}

async function recordsOf(system: System): Promise<KeptRecord[]> {
  const records: KeptRecord[] = [];
  for (const topic of TOPICS_KEPT) records.push(...(await readPartition(system, topic, PARTITION)));
  return records;
}

async function rowsOf(databaseUrl: string): Promise<KeptRows> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const rows: Record<string, object[]> = {};
    for (const table of TABLES) {
      const found = await client.query<{ row: object }>(`SELECT to_jsonb(t) AS row FROM ${table} t`);
      rows[table] = found.rows.map(({ row }) => row);
    }
    return rows;
  } finally {
    await client.end();
  }
}

/** What the release's migrations say to Postgres, and TypeORM's own list of them. */
async function schemaOf(root: string): Promise<string> {
  const file = pathToFileURL(join(root, 'dist', 'libs', 'storage', 'data-source.js')).href;
  const { createDataSource } = (await import(file)) as {
    createDataSource(url: string): { options: { migrations: (new () => MigrationInterface)[] } };
  };
  const parts = [
    'CREATE TABLE migrations (id serial PRIMARY KEY, "timestamp" bigint NOT NULL, name character varying NOT NULL);',
  ];
  for (const Migration of createDataSource('postgres://nowhere').options.migrations) {
    const migration = new Migration();
    const name = migration.name!;
    const statements: string[] = [];
    const runner = { query: (sql: string) => Promise.resolve(void statements.push(sql)) };
    await migration.up(runner as unknown as Parameters<MigrationInterface['up']>[0]);
    const done = `INSERT INTO migrations ("timestamp", name) VALUES (${/\d+$/.exec(name)![0]}, '${name}');`;
    parts.push(`-- ${name}`, ...statements.map((sql) => `${sql.trim().replace(/;$/, '')};`), done);
  }
  return `${parts.join('\n')}\n`;
}

const eventOf = ({ headers }: Arrival): string => String(headers[EVENT_ID]);
const EVENT_ID = 'x-recho-event-id';
