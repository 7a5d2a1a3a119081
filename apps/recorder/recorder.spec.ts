import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EventEmitter } from 'node:events';
import { Client } from 'pg';
import type { AttemptRecord } from '#libs/contracts';
import { createKafka, createProducer, ensureTopics, TOPICS, type Producer } from '#libs/kafka';
import { startService } from '#libs/runtime';
import { migrate } from '#libs/storage';
import {
  attemptRecord,
  createDatabaseOn,
  startKafka,
  startPostgres,
  waitFor,
  type TestKafka,
  type TestPostgres,
} from '#libs/testkit';
import { RECORDER_STRATEGY, recorderModule } from './recorder.module.js';
import { recorderSettings } from './settings.js';

/*
 * The whole service, on a Kafka and a PostgreSQL of its own. Oracles: the rows, what /metrics and /health/ready say, and
 * the lines of its log.
 */

jest.setTimeout(60_000);

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let kafka: TestKafka;
let postgres: TestPostgres;
let producer: Producer;
let client: ReturnType<typeof createKafka>;
const running: NestFastifyApplication[] = [];

beforeAll(async () => {
  [kafka, postgres] = await Promise.all([startKafka(), startPostgres()]);
  client = createKafka({ brokers: [kafka.brokers], clientId: 'spec', tls: false, log: silent });
  await ensureTopics(client, { partitions: 2, replicationFactor: 1 });
  producer = createProducer(client, silent);
  await producer.connect();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
});
afterAll(async () => {
  await producer?.close();
  await Promise.all([kafka?.stop(), postgres?.stop()]);
});

/** Lines of the log, as the service writes them to standard output: several at a time. */
const lines: string[] = [];
const linesOf = (chunk: string): string[] => chunk.toString().split('\n').slice(0, -1);
beforeAll(() => {
  const write = process.stdout.write.bind(process.stdout);
  jest
    .spyOn(process.stdout, 'write')
    .mockImplementation(((chunk: string, ...rest: []) =>
      chunk.toString().startsWith('{"level"')
        ? lines.push(...linesOf(chunk)) > 0
        : write(chunk, ...rest)) as typeof write);
});

async function newDatabase(): Promise<string> {
  const url = await createDatabaseOn(postgres.url);
  await migrate(url);
  return url;
}

async function startRecorder(databaseUrl: string) {
  const surroundings = Object.assign(new EventEmitter(), {
    env: { DATABASE_URL: databaseUrl, KAFKA_BROKERS: kafka.brokers, HEALTH_PORT: '0', LOG_LEVEL: 'info' },
    exit: () => undefined,
    stderr: process.stderr,
  });
  const app = await startService(
    {
      name: 'recorder',
      settings: recorderSettings,
      module: recorderModule,
      port: ({ HEALTH_PORT }) => HEALTH_PORT,
      strategy: RECORDER_STRATEGY,
    },
    surroundings,
  );
  if (app === null) throw new Error('the recorder did not start');
  running.push(app);
  const url = await app.getUrl();
  return {
    ready: async () => {
      const response = await fetch(`${url}/health/ready`);
      return { up: response.ok, text: await response.text() };
    },
    metric: async (name: string): Promise<number> => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(new RegExp(`^${name}\\{.*\\} (\\S+)$`, 'm').exec(text)?.[1]);
    },
    stop: () => app.close(),
  };
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

const count = async (url: string): Promise<number> =>
  Number((await query(url, 'SELECT count(*) AS n FROM deliveries'))[0]?.['n']);

/** All on one partition, in this order. */
async function publish(...values: (AttemptRecord | string)[]): Promise<void> {
  await producer.send(
    values.map((value) => ({
      topic: TOPICS.attempts,
      partition: 0,
      key: 'call',
      value: typeof value === 'string' ? value : JSON.stringify(value),
    })),
  );
}

const GROUP = { groupId: 'recorder', topic: TOPICS.attempts };

/** Where the recorder goes on reading partition 0. */
async function committed(): Promise<string> {
  const admin = client.admin();
  await admin.connect();
  try {
    const [topic] = await admin.fetchOffsets({ groupId: GROUP.groupId, topics: [GROUP.topic] });
    return topic?.partitions.find(({ partition }) => partition === 0)?.offset ?? '0';
  } finally {
    await admin.disconnect();
  }
}

async function resetTo(offset: string): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  try {
    await admin.setOffsets({ ...GROUP, partitions: [{ partition: 0, offset }] });
  } finally {
    await admin.disconnect();
  }
}

const recent = (vary: Partial<AttemptRecord> = {}): AttemptRecord => attemptRecord({ receivedAt: Date.now(), ...vary });

/** Delivered jobs of one call, by their places in the source. */
const delivered = (callId: string, ...offsets: number[]): AttemptRecord[] =>
  offsets.map((offset) =>
    recent({ callId, eventId: `${callId}-${offset}`, mark: { epoch: 'epoch-1', offset, ordinal: 0 } }),
  );

describe('the recorder', () => {
  it('writes what was attempted, and is ready', async () => {
    const url = await newDatabase();
    const recorder = await startRecorder(url);
    await publish(recent({ callId: 'written' }));
    await waitFor('a delivery', async () => (await count(url)) === 1);
    await waitFor('readiness', async () => (await recorder.ready()).up);
    // Postgres shows the row a moment before the recorder hears that it was written.
    await waitFor('the count', async () => (await recorder.metric('recho_records_written_total')) > 0);
    expect(await recorder.metric('recho_records_written_total')).toBe(1);
    // Asked of the real table: there would be no value if it could not be.
    expect(await recorder.metric('recho_lane_oldest_age_seconds')).toBe(0);
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    expect(await query(url, 'SELECT tableoid::regclass::text AS day, kafka_partition FROM deliveries')).toEqual([
      { day: `deliveries_${today}`, kafka_partition: 0 },
    ]);
  });

  it('loses no record that its neighbours cannot be kept for, and says where those stand', async () => {
    const url = await newDatabase();
    const recorder = await startRecorder(url);
    const good = Array.from({ length: 20 }, () => recent());
    const bad = [
      'not JSON',
      '{"v":2}',
      JSON.stringify(recent({ receivedAt: 1e300 })),
      JSON.stringify(recent({ deliveryId: 'no-uuid' })),
      JSON.stringify(recent({ status: 'lost' as 'delivered' })),
    ];
    await publish(...good.slice(0, 10), ...bad, ...good.slice(10));
    await waitFor('its neighbours', async () => (await count(url)) === 20);
    await waitFor('the count', async () => (await recorder.metric('recho_records_dropped_total')) === bad.length);
    const told = lines.splice(0).filter((line) => line.includes('an attempt record cannot be kept'));
    const offsets = told.map((line) => (JSON.parse(line) as { offset: number }).offset).sort((a, b) => a - b);
    expect(offsets).toEqual(bad.map((_, index) => offsets[0]! + index));
    expect((await recorder.ready()).up).toBe(true);
  });
});

describe("the audit of a call's order", () => {
  it('counts what went back in its call, and says both events, call and endpoint', async () => {
    const url = await newDatabase();
    const recorder = await startRecorder(url);
    expect(await recorder.metric('recho_order_violations_total')).toBe(0);
    await publish(...delivered('forward', 10, 11, 12), ...delivered('back', 20, 21));
    await waitFor('both calls', async () => (await count(url)) === 5);
    expect(await recorder.metric('recho_order_violations_total')).toBe(0);
    await publish(...delivered('back', 19));
    await waitFor('the violation', async () => (await recorder.metric('recho_order_violations_total')) === 1);
    const line = lines.find((text) => text.includes('order violated'));
    for (const word of ['back-19', 'back-21', 'call back', 'e0000000-0000-4000-8000-000000000001']) {
      expect(line).toContain(word);
    }
  });

  it('takes what Kafka hands out again for no violation, and still sees one after that', async () => {
    const url = await newDatabase();
    const first = await startRecorder(url);
    const from = await committed();
    await publish(...delivered('replayed', 1, 2, 3), ...delivered('other', 4, 5));
    await waitFor('all of it', async () => (await count(url)) === 5);
    await first.stop();
    // As if it had been killed before any commit.
    await resetTo(from);
    const second = await startRecorder(url);
    await waitFor('all of it again', async () => (await second.metric('recho_records_written_total')) === 5);
    expect(await second.metric('recho_order_violations_total')).toBe(0);
    expect(await second.metric('recho_repeats_delivered_total')).toBe(0);
    // Its memory is empty: the lane's last delivery is known from Postgres.
    await publish(...delivered('replayed', 2));
    await waitFor('the violation', async () => (await second.metric('recho_order_violations_total')) === 1);
  });

  it('counts a job that was delivered once more, next to itself, as a repeat', async () => {
    const url = await newDatabase();
    const recorder = await startRecorder(url);
    const [once] = delivered('twice', 7);
    await publish(once!, { ...once!, startedAt: once!.startedAt + 300 });
    await waitFor('the repeat', async () => (await recorder.metric('recho_repeats_delivered_total')) === 1);
    expect(await recorder.metric('recho_order_violations_total')).toBe(0);
    expect(await query(url, 'SELECT count(*)::int AS n FROM attempts')).toEqual([{ n: 2 }]);
  });
});

describe('while Postgres is away', () => {
  it('the recorder waits, says so once and in its readiness, and then writes everything', async () => {
    const url = await newDatabase();
    const recorder = await startRecorder(url);
    await publish(recent());
    await waitFor('the first', async () => (await count(url)) === 1);
    await postgres.stop();
    lines.splice(0);
    await publish(...Array.from({ length: 500 }, () => recent()));
    await waitFor('words', async () => /history.*cannot be written since/.test((await recorder.ready()).text));
    const { up, text } = await recorder.ready();
    expect(up).toBe(false);
    expect(text).toContain('ECONNREFUSED');
    const told = () => lines.filter((line) => line.includes('"level":"error"'));
    await waitFor('a line in the log', () => told().length > 0);
    await publish(...Array.from({ length: 500 }, () => recent()));
    await postgres.start();
    await waitFor('all of it', async () => (await count(url)) === 1001, { timeoutMs: 20_000 });
    await waitFor('readiness', async () => (await recorder.ready()).up);
    expect(told()).toHaveLength(1);
    expect(await recorder.metric('recho_records_dropped_total')).toBe(0);
  });

  it('a recorder starts, stays up, and writes when it comes', async () => {
    const url = await newDatabase();
    await postgres.stop();
    const recorder = await startRecorder(url);
    await publish(recent());
    await waitFor('words', async () => /postgres.*ECONNREFUSED/.test((await recorder.ready()).text));
    await postgres.start();
    await waitFor('the delivery', async () => (await count(url)) === 1, { timeoutMs: 20_000 });
    await waitFor('readiness', async () => (await recorder.ready()).up);
  });
});
