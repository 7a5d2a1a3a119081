import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { TOPICS } from '#libs/kafka';
import { startScriptedReceiver, waitFor, type ScriptedReceiver } from '#libs/testkit';
import { createApiClient, type ApiClient } from '../../tools/api-client.js';
import { startSystem, type Service, type System } from '../harness/system.js';

/*
 * Secrets are planted, used and refused, and then looked for in everything that is written down.
 *
 * Oracles: every record of every topic that they could be in (key, value, headers), every row of every table as text,
 * the logs of all services and all spans that they send to a collector; each searched for each secret in clear, in base64 and in hex. The twin: words that are
 * no secret, planted beside them, are found in each of these places.
 */

/** Of a target: for chats' webhooks it is the secret. */
const PATH = 'planted-path-4711';
const TOKEN = 'planted-bearer-token-4711';
const CALL = 'planted-call-4711';
/** It is in the settings alone, not in an event: so the database has it, and the log of whoever refuses to do something. */
const NAME = 'planted-name-4711';

let system: System;
let api: ApiClient;
let receiver: ScriptedReceiver;
/** Where spans go: OTLP, in which texts lie as they are. */
let collector: ScriptedReceiver;
const services: Service[] = [];
const secrets = new Map<string, string>();
let topics: string[] = [];
let tables: string[] = [];
let logs: string[] = [];
let traces: string[] = [];

beforeAll(async () => {
  [receiver, collector] = await Promise.all([startScriptedReceiver(), startScriptedReceiver()]);
  system = await startSystem(undefined, '1s', { OTEL_EXPORTER_OTLP_ENDPOINT: new URL(collector.url).origin });
  for (const name of ['router', 'delivery-custom', 'recorder', 'api'] as const) {
    services.push(await system.start(name, { LOG_LEVEL: 'trace' }));
  }
  await Promise.all(services.map((service) => service.ready()));
  api = createApiClient(`http://127.0.0.1:${services[3]!.port}`, system.adminToken);
  // It answers with all that it was sent, as a careless server does, and takes nothing.
  receiver.answerWith(({ rawHeaders, body }) => ({ status: 400, body: `${rawHeaders.join('\n')}\n${String(body)}` }));
  await plantAndUse();
  topics = await recordsOfAllTopics();
  tables = await rowsOfAllTables();
  await Promise.all(services.map((service) => service.stop()));
  traces = collector.arrivals.map(({ body }) => String(body));
  logs = services.map(({ child }) => readFileSync(child.logFile, 'utf8'));
}, 90_000);
afterAll(async () => {
  await system?.close();
  await receiver?.close();
  await collector?.close();
});

async function plantAndUse(): Promise<void> {
  const { id: project } = await api.call<{ id: string }>('POST', '/v1/projects', { name: NAME });
  const base = `/v1/projects/${project}`;
  const endpoint = async (authType: string): Promise<string> => {
    const settings = {
      name: NAME,
      endpointType: 'CUSTOM',
      target: `${new URL(receiver.url).origin}/${PATH}`,
      authType,
    };
    return (await api.call<{ id: string }>('POST', `${base}/endpoints`, settings)).id;
  };
  const [bearer, signed] = [await endpoint('BEARER'), await endpoint('SIGNATURE_RSA_SHA256')];
  await api.call('PUT', `${base}/endpoints/${bearer}/credentials/bearer`, { token: TOKEN });
  const { key } = await api.call<{ key: string }>('POST', `${base}/api-keys`, { name: NAME, role: 'admin' });
  await createApiClient(api.url, key).call('GET', `${base}/endpoints/${bearer}/credentials/bearer`);
  await createApiClient(api.url, `${key}x`)
    .call('GET', `${base}/endpoints`)
    .catch(() => undefined);
  await api.call('PUT', `${base}/triggers`, { triggers: { OUTBOUND_CALL_ERROR: [bearer, signed] } });
  await api.call('POST', `${base}/events`, {
    eventType: 'OUTBOUND_CALL_ERROR',
    occurredAt: new Date().toISOString(),
    data: { callId: CALL, callStatus: 'ERROR' },
  });
  const dead = `${base}/deliveries?status=dead_lettered`;
  await waitFor('both deliveries to be refused', async () => (await api.list(dead)).length === 2, {
    timeoutMs: 20_000,
  });
  secrets.set('bearer token', TOKEN).set('API key', key).set('admin token', system.adminToken);
  secrets.set('private key', 'PRIVATE KEY');
}

async function recordsOfAllTopics(): Promise<string[]> {
  const texts: string[] = [];
  for (const [topic, count] of [
    [TOPICS.events, 1],
    [TOPICS.jobs('custom'), 2],
    [TOPICS.dlq('custom'), 2],
    [TOPICS.attempts, 2],
  ] as const) {
    const records = await system.records(topic, (found) => found.length >= count);
    for (const { key, value, headers } of records) texts.push([key, String(value), JSON.stringify(headers)].join('\n'));
  }
  return texts;
}

async function rowsOfAllTables(): Promise<string[]> {
  const client = new Client({ connectionString: system.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const texts: string[] = [];
    for (const { name } of rows) {
      const found = await client.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
      texts.push(...found.rows.map(({ text }) => text));
    }
    return texts;
  } finally {
    await client.end();
  }
}

/** The text as it is, and as it may be hidden. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), bytes.toString('hex')];
}

function isIn(texts: readonly string[], secret: string): boolean {
  return texts.some((text) => formsOf(secret).some((form) => text.includes(form)));
}

it('what is no secret is found in topics, tables, logs and traces: they were read', () => {
  expect([topics, tables].map((texts) => isIn(texts, CALL))).toEqual([true, true]);
  expect([topics, tables].map((texts) => isIn(texts, NAME))).toEqual([true, true]);
  expect(isIn(traces, CALL)).toBe(true);
  for (const name of ['router', 'delivery-custom', 'recorder', 'api']) expect(isIn(traces, name)).toBe(true);
  for (const log of logs) expect(isIn([log], '"started"')).toBe(true);
});

it('the receiver was sent the bearer token, and sent it back', () => {
  expect(receiver.arrivals.map(({ headers }) => headers.authorization)).toContain(`Bearer ${TOKEN}`);
  expect(isIn(tables, '(not shown)')).toBe(true);
});

it.each(['bearer token', 'API key', 'admin token', 'private key'])(
  'no %s is in any topic, table, log or trace',
  (name) => {
    const secret = secrets.get(name)!;
    expect({
      topics: isIn(topics, secret),
      tables: isIn(tables, secret),
      logs: isIn(logs, secret),
      traces: isIn(traces, secret),
    }).toEqual({ topics: false, tables: false, logs: false, traces: false });
  },
);

it("a target's path is in no log and no trace", () => {
  expect([tables, logs, traces].map((texts) => isIn(texts, PATH))).toEqual([true, false, false]);
});
