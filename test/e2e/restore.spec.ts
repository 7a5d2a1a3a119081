import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createKafka } from '#libs/kafka';
import { startScriptedReceiver, waitFor, type ScriptedReceiver } from '#libs/testkit';
import { createApiClient } from '../../tools/api-client.js';
import { SILENT_LOG } from '../../tools/stack/kafka-address.js';
import { eventRecord, registerCustomer } from '../harness/customer.js';
import { runbookSql } from '../harness/runbook.js';
import { startSystem, type ServiceName, type System } from '../harness/system.js';

/*
 * Postgres is restored from a backup, and brought back as docs/runbook.md says (the first way). Oracle: what a customer's
 * receiver gets afterwards. The ladder's delays are longer than the spec: nothing goes on but by the runbook's hand.
 */

let system: System;
let receiver: ScriptedReceiver;
let projectId: string;

beforeAll(async () => {
  system = await startSystem(undefined, '60m,60m');
  receiver = await startScriptedReceiver();
  projectId = (await registerCustomer(system.databaseUrl, [receiver.url])).projectId;
}, 60_000);
afterAll(async () => {
  await receiver?.close();
  await system?.close();
}, 60_000);

/** On another database of the server: this one comes and goes. */
async function onServer(...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: new URL('/postgres', system.databaseUrl).href });
  await client.connect();
  for (const text of statements) await client.query(text);
  await client.end();
}

async function query<Row>(text: string): Promise<Row[]> {
  const client = new Client({ connectionString: system.databaseUrl });
  await client.connect();
  const { rows } = await client.query(text).finally(() => client.end());
  return rows as Row[];
}

async function up(...names: readonly ServiceName[]) {
  const services = await Promise.all(names.map((name) => system.start(name)));
  await Promise.all(services.map((service) => service.ready()));
  return services;
}

const publish = (callId: string, ...eventIds: string[]) =>
  system.produce(eventIds.map((eventId) => eventRecord(projectId, callId, eventId)));
const statuses = async (): Promise<string[]> =>
  (await query<{ line: string }>(`SELECT event_id || ' ' || status AS line FROM deliveries`))
    .map(({ line }) => line)
    .toSorted();
const toldAs = (...lines: string[]) =>
  waitFor(`the history to be ${lines.join(', ')}`, async () => String(await statuses()) === String(lines), {
    timeoutMs: 20_000,
  });

describe('after a restore', () => {
  it('what was parked since arrives in order, what has ended since does not come again', async () => {
    const name = new URL(system.databaseUrl).pathname.slice(1);
    receiver.answerWith(() => ({ status: 503 }));
    const first = await up('router', 'recorder', 'delivery-custom');
    await publish('old', 'old-1', 'old-2');
    await toldAs('old-1 retrying', 'old-2 waiting');
    await Promise.all(first.map((service) => service.stop()));
    await onServer(`CREATE DATABASE "${name}-backup" TEMPLATE "${name}"`);

    // Life goes on: what the backup knows as waiting is delivered, and another call comes to wait.
    receiver.answerWith(({ headers }) => ({
      status: String(headers['x-recho-event-id']).startsWith('old') ? 200 : 503,
    }));
    const [api, ...second] = await up('api', 'router', 'recorder', 'delivery-custom');
    const client = createApiClient(`http://127.0.0.1:${api!.port}`, system.adminToken);
    const [lane] = await client.list<{ id: string }>(`/v1/projects/${projectId}/lanes`);
    await client.call('POST', `/v1/projects/${projectId}/lanes/${lane!.id}/retry`);
    await publish('new', 'new-1', 'new-2', 'new-3');
    await toldAs('new-1 retrying', 'new-2 waiting', 'new-3 waiting', 'old-1 delivered', 'old-2 delivered');

    // Lost, and restored.
    await Promise.all([api!, ...second].map((service) => service.stop()));
    await onServer(`DROP DATABASE "${name}" WITH (FORCE)`, `ALTER DATABASE "${name}-backup" RENAME TO "${name}"`);
    expect(await statuses()).toEqual(['old-1 retrying', 'old-2 waiting']);
    receiver.answerWith(() => ({ status: 200 }));
    const before = receiver.arrivals.length;

    await query(runbookSql('settings_version'));
    const kafka = createKafka({
      brokers: [system.kafka.brokers],
      clientId: 'spec',
      tls: false,
      log: SILENT_LOG,
    }).admin();
    await kafka.connect();
    await kafka.resetOffsets({ groupId: 'recorder', topic: 'deliveries.attempts', earliest: true });
    await kafka.disconnect();
    const [recorder] = await up('recorder');
    await toldAs('new-1 retrying', 'new-2 waiting', 'new-3 waiting', 'old-1 delivered', 'old-2 delivered');
    await query(runbookSql('DELETE FROM parked_jobs'));
    await query(runbookSql('lost_in_restore').replace(/'[^']*Z'/, 'now()'));
    const ids = (
      await query<{ id: string }>(`SELECT delivery_id AS id FROM deliveries WHERE status = 'dead_lettered'`)
    ).map(({ id }) => id);
    const [last] = await up('api');
    const again = createApiClient(`http://127.0.0.1:${last!.port}`, system.adminToken);
    await again.call('POST', `/v1/projects/${projectId}/dead-letters/redrive`, { ids });
    await up('router', 'delivery-custom');
    await publish('old', 'old-3');

    await receiver.until(before + 4);
    await toldAs(...['new-1', 'new-2', 'new-3', 'old-1', 'old-2', 'old-3'].map((event) => `${event} delivered`));
    const arrived = receiver.arrivals.slice(before).map(({ headers }) => String(headers['x-recho-event-id']));
    expect(arrived.filter((event) => event.startsWith('new'))).toEqual(['new-1', 'new-2', 'new-3']);
    expect(arrived.filter((event) => event.startsWith('old'))).toEqual(['old-3']);
    expect(await recorder!.metric('recho_order_violations_total')).toBe(0);
    expect(await query('SELECT FROM lanes')).toEqual([]);
  }, 120_000);
});
