/**
 * The servers that other specs stand on are real, keep their data over a restart, and end with the run.
 * Oracles: what kafkajs and pg read back; the process table.
 */
import { createKafka } from '#libs/kafka';
import { Client } from 'pg';
import {
  createDatabase,
  createDatabaseOn,
  sharedKafka,
  startKafka,
  startPostgres,
  startScriptedReceiver,
  uniqueName,
  waitFor,
} from './index.js';
import { isAccepting } from '../../tools/stack/ports.js';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const admin = (brokers: string) =>
  createKafka({ brokers: [brokers], clientId: 'spec', tls: false, log: silent }).admin();

async function topicsOf(brokers: string): Promise<string[]> {
  const client = admin(brokers);
  await client.connect();
  try {
    return await client.listTopics();
  } finally {
    await client.disconnect();
  }
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test('a broker keeps its topics over a restart and over a kill', async () => {
  const kafka = await startKafka();
  const client = admin(kafka.brokers);
  await client.connect();
  await client.createTopics({ topics: [{ topic: 'kept', numPartitions: 3 }], waitForLeaders: true });
  await client.disconnect();

  await kafka.restart();
  expect(await topicsOf(kafka.brokers)).toContain('kept');
  await kafka.kill();
  expect(await isAccepting(kafka.port)).toBe(false);
  await kafka.start();
  expect(await topicsOf(kafka.brokers)).toContain('kept');
  await kafka.stop();
}, 60_000);

test('the shared broker is one and the same for all who ask', async () => {
  const [one, other] = await Promise.all([sharedKafka(), sharedKafka()]);
  expect(one).toBe(other);
  expect(await topicsOf(one)).toBeInstanceOf(Array);
}, 60_000);

test('a PostgreSQL keeps its rows over a restart', async () => {
  const server = await startPostgres();
  const url = await createDatabaseOn(server.url);
  await query(url, 'CREATE TABLE kept AS SELECT 7 AS seven');
  await server.restart();
  expect(await query(url, 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
  await server.stop();
  await expect(query(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
}, 60_000);

test('databases of the shared server are empty, and apart from each other', async () => {
  const [one, other] = await Promise.all([createDatabase(), createDatabase()]);
  await query(one, 'CREATE TABLE mine (id int)');
  await expect(query(other, 'SELECT * FROM mine')).rejects.toThrow('does not exist');
  expect(await query(other, "SELECT current_setting('server_version_num')::int / 10000 AS major")).toEqual([
    { major: 18 },
  ]);
}, 60_000);

test('a scripted receiver keeps order, headers and raw bytes, and answers as told', async () => {
  const receiver = await startScriptedReceiver(({ ordinal }) =>
    ordinal === 0 ? { status: 503, body: 'later' } : 'reset',
  );
  const post = (body: string) => fetch(receiver.url, { method: 'POST', body, headers: { 'x-one': 'One' } });

  const first = await post('{"a":1}');
  expect([first.status, await first.text()]).toEqual([503, 'later']);
  await expect(post('second')).rejects.toThrow('fetch failed');
  receiver.answerWith(() => 'hang');
  const hanging = post('third').catch((error: unknown) => error);
  const arrivals = await receiver.until(3);
  await waitFor('the third request to hang', () => receiver.waiting() === 1);

  expect(arrivals.map(({ body }) => body.toString())).toEqual(['{"a":1}', 'second', 'third']);
  expect(arrivals[0]?.json()).toEqual({ a: 1 });
  expect(arrivals[0]?.headers['x-one']).toBe('One');
  await receiver.close();
  expect(await hanging).toMatchObject({ message: 'fetch failed' });
});

test('waiting for what does not come says what was awaited, and why the last look failed', async () => {
  const look = () => {
    throw new Error('nobody home');
  };
  await expect(waitFor('a visitor', look, { timeoutMs: 30 })).rejects.toThrow(
    'waited 0.03 s for a visitor; the last look failed: nobody home',
  );
  expect(uniqueName('a')).not.toBe(uniqueName('a'));
});
