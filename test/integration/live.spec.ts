import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createKafka, createProducer, ensureTopics, TOPICS, type Producer } from '#libs/kafka';
import { startService } from '#libs/runtime';
import { createHistoryPool, tellChanges } from '#libs/storage';
import { attemptRecord, startKafka, waitFor, type TestKafka } from '#libs/testkit';
import type { MadeApiKey } from '../../apps/api/access/api-key.schemas.js';
import { MOST_OF_PROJECT } from '../../apps/api/changes/change-streams.js';
import type { Services } from '../../apps/api/services/service.schemas.js';
import { RECORDER_STRATEGY, recorderModule } from '../../apps/recorder/recorder.module.js';
import { recorderSettings } from '../../apps/recorder/settings.js';
import { SILENT_LOG } from '../../tools/stack/kafka-address.js';
import { ADMIN_TOKEN, startApi, startApiWithDatabase, type ApiWithDatabase } from './running-api.js';

/*
 * What the API tells of the rest while it runs: changes, from a record in Kafka through the real recorder and Postgres to
 * a hint in an open stream; and the services. Oracles: the stream's bytes, and when they came; what was sent to Kafka.
 */

let kafka: TestKafka;
let api: ApiWithDatabase;
let recorder: NestFastifyApplication | null;
let producer: Producer;
const streams: Stream[] = [];

beforeAll(async () => {
  kafka = await startKafka();
  const client = createKafka({ brokers: [kafka.brokers], clientId: 'spec', tls: false, log: SILENT_LOG });
  await ensureTopics(client, { partitions: 2, replicationFactor: 1 });
  producer = createProducer(client, SILENT_LOG);
  await producer.connect();
  api = await startApiWithDatabase({ KAFKA_BROKERS: kafka.brokers });
  const surroundings = Object.assign(new EventEmitter(), {
    env: { DATABASE_URL: api.database, KAFKA_BROKERS: kafka.brokers, HEALTH_PORT: '0', LOG_LEVEL: 'silent' },
    exit: () => undefined,
    stderr: process.stderr,
  });
  recorder = await startService(
    {
      ...{ name: 'recorder', settings: recorderSettings, module: recorderModule, strategy: RECORDER_STRATEGY },
      port: ({ HEALTH_PORT }) => HEALTH_PORT,
    },
    surroundings,
  );
  const ready = `${await recorder!.getUrl()}/health/ready`;
  await waitFor('the recorder to be ready', async () => (await fetch(ready)).ok);
}, 120_000);
afterAll(async () => {
  for (const stream of streams) stream.leave();
  await producer?.close();
  await Promise.all([recorder?.close(), api?.close()]);
  await kafka?.stop();
});

interface Stream {
  readonly status: number;
  readonly type: string;
  /** When each hint came, by `performance.now()`. */
  readonly hints: number[];
  text(): string;
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;
  leave(): void;
}

async function watch(projectId: string, url = api.url): Promise<Stream> {
  const leaving = new AbortController();
  const answer = await fetch(`${url}/v1/projects/${projectId}/changes`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    signal: leaving.signal,
  });
  const hints: number[] = [];
  let text = '';
  const read = async (): Promise<void> => {
    for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
      const found = part.match(/^event: changed\ndata: \{"deliveries":true\}\n$/gm) ?? [];
      hints.push(...found.map(() => performance.now()));
      text += part;
    }
  };
  const ended = read().catch((error: unknown) => {
    if (!leaving.signal.aborted) throw error;
  });
  const stream = {
    ...{ status: answer.status, type: answer.headers.get('content-type') ?? '', hints, ended },
    text: () => text,
    leave: () => leaving.abort(),
  };
  streams.push(stream);
  return stream;
}

const newProject = async () => (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' })).body.id;

async function record(projectId: string): Promise<void> {
  const value = JSON.stringify(attemptRecord({ projectId, receivedAt: Date.now() }));
  await producer.send([{ topic: TOPICS.attempts, key: 'call', value }]);
}

const open = async () =>
  Number(/^recho_change_streams\{.*\} (\d+)$/m.exec((await api.call('GET', '/metrics')).text)?.[1]);

/** With the hint that each begins with. */
async function watchBoth() {
  const projects = [await newProject(), await newProject()] as const;
  const [mine, theirs] = [await watch(projects[0]), await watch(projects[1])];
  await waitFor('the first hints', () => mine.hints.length === 1 && theirs.hints.length === 1);
  return { projects, mine, theirs };
}

describe('whoever watches a project', () => {
  it('is told within a second that something was recorded for it, and not for another', async () => {
    const { projects, mine, theirs } = await watchBoth();
    expect([mine.status, mine.type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const delays: number[] = [];
    for (let n = 1; n <= 3; n += 1) {
      const recorded = performance.now();
      await record(projects[0]);
      delays.push((await waitFor('the hint', () => mine.hints[n] ?? false)) - recorded);
    }
    // The best of three: this machine has other work.
    expect(Math.min(...delays)).toBeLessThan(1000);
    expect(theirs.hints).toHaveLength(1);
    await record(projects[1]);
    await waitFor('the hint of the other', () => theirs.hints.length === 2);
    expect(mine.hints).toHaveLength(4);
  });

  it('is told at most twice a second, however much is recorded, and once more after the last', async () => {
    const projectId = await newProject();
    const stream = await watch(projectId);
    const until = performance.now() + 2000;
    while (performance.now() < until) await record(projectId);
    const last = performance.now();
    await waitFor('a hint after the last record', () => stream.hints.at(-1)! > last);
    // The first one comes with the stream.
    const hints = stream.hints.slice(1);
    expect(hints.length).toBeGreaterThan(3);
    // 500 ms apart; the way to here may take longer for the first than for the last.
    expect(hints.at(-1)! - hints[0]!).toBeGreaterThan((hints.length - 1) * 450);
  });

  it('is told when something may have been missed, and then hears again; of hundreds of projects at once, too', async () => {
    const { projects, mine, theirs } = await watchBoth();
    const ended = await api.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'recho-api-changes' AND datname = current_database()`,
    );
    expect(ended).toHaveLength(1);
    await waitFor('a hint for all', () => mine.hints.length === 2 && theirs.hints.length === 2);
    const pool = createHistoryPool(api.database, { size: 1, applicationName: 'spec' });
    try {
      await tellChanges(pool, [...Array.from({ length: 450 }, () => randomUUID()), projects[0].toUpperCase()]);
      await waitFor('the hint', () => mine.hints.length === 3);
      expect(theirs.hints).toHaveLength(2);
    } finally {
      await pool.end();
    }
  });

  it('is refused in words beyond so many of one project, and let in when another has left', async () => {
    const projectId = await newProject();
    const all = await Promise.all(Array.from({ length: MOST_OF_PROJECT }, () => watch(projectId)));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    const path = `/v1/projects/${projectId}/changes`;
    const refused = await api.call('GET', path);
    expect(refused).toMatchObject({ status: 503, body: { type: 'urn:recho:problem:too_many_streams' } });
    expect((await watch(await newProject())).status).toBe(200);
    const before = await open();
    for (const stream of all) stream.leave();
    await waitFor('the streams to be closed', async () => (await open()) === before - MOST_OF_PROJECT);
    expect((await api.call('GET', path)).status).toBe(200);
    expect((await api.call('HEAD', path)).status).toBe(200);
    await waitFor('both to be closed', async () => (await open()) === before - MOST_OF_PROJECT);
  });

  it('needs a project that there is', async () => {
    expect((await api.call('GET', `/v1/projects/${randomUUID()}/changes`)).status).toBe(404);
  });

  it('holds up no shutdown: the stream ends at once', async () => {
    const other = await startApi({ DATABASE_URL: api.database, KAFKA_BROKERS: kafka.brokers });
    await other.untilReady();
    const stream = await watch(await newProject(), other.url);
    await waitFor('the first hint', () => stream.hints.length === 1);
    const began = performance.now();
    await other.close();
    await stream.ended;
    expect(performance.now() - began).toBeLessThan(3000);
    expect(stream.text()).toMatch(/^retry: 1000\n\nevent: changed\ndata: \{"deliveries":true\}\n\n$/);
  });
});

describe('the services', () => {
  it('are shown with who runs and how far behind each is, to the operator alone', async () => {
    const projectId = await newProject();
    await record(projectId);
    const send = (topic: string) => producer.send([{ topic, key: 'call', value: '{}' }]);
    for (const topic of ['deliveries.slack', 'deliveries.slack', 'deliveries.slack.retry.2', 'deliveries.slack.dlq']) {
      await send(topic);
    }
    const services = async () => (await api.call<Services>('GET', '/v1/services')).body;
    const of = ({ services: all }: Services, name: string) => all.find((one) => one.name === name);
    await waitFor('the recorder to be up to date', async () => of(await services(), 'recorder')?.lagRecords === 0);
    const found = await services();
    expect([found.postgres, found.kafka]).toEqual(Array(2).fill({ up: true, detail: null }));
    expect(found.services.map(({ name }) => name)).toEqual([
      ...['router', 'delivery-slack', 'delivery-teams', 'delivery-email', 'delivery-custom', 'recorder'],
    ]);
    expect(of(found, 'recorder')).toEqual({
      ...{ name: 'recorder', running: true, groupState: 'Stable', members: 1, lagRecords: 0, retryRecords: 0 },
      topics: [{ topic: 'deliveries.attempts', lagRecords: 0 }],
    });
    // Nobody has read of these, ever.
    expect(of(found, 'delivery-slack')).toMatchObject({ running: false, members: 0, lagRecords: 2, retryRecords: 1 });
    expect(of(found, 'router')).toMatchObject({ running: false, members: 0, lagRecords: 0 });
    const path = `/v1/projects/${projectId}/api-keys`;
    const { key } = (await api.call<MadeApiKey>('POST', path, { name: 'K', role: 'admin' })).body;
    expect((await api.call('GET', '/v1/services', undefined, { authorization: `Bearer ${key}` })).status).toBe(403);
  });
});
