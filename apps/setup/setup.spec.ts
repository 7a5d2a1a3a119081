import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createKafka } from '#libs/kafka';
import { createDataSource } from '#libs/storage';
import { createDatabase, startKafka, waitFor, type TestKafka } from '#libs/testkit';
import { setUp } from './setup.js';

/*
 * What the jobs run before a service starts. Oracles: the exit code and the sentence, the topics that the broker tells of,
 * the tables that PostgreSQL has.
 */

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

async function run(command: string[], env: Record<string, string> = {}) {
  let said = '';
  let complained = '';
  const code = await setUp(command, {
    env,
    stdout: { write: (text: string) => (said += text) },
    stderr: { write: (text: string) => (complained += text) },
  });
  return { code, said, complained };
}

describe('setup topics', () => {
  let kafka: TestKafka;
  let env: Record<string, string>;
  beforeAll(async () => {
    kafka = await startKafka();
    env = { KAFKA_BROKERS: kafka.brokers, PARTITIONS: '3', RETRY_LADDER: '1s,2s', SETUP_TIMEOUT: '20s' };
  }, 60_000);
  afterAll(() => kafka.stop());

  async function ask<T>(question: (admin: ReturnType<ReturnType<typeof createKafka>['admin']>) => Promise<T>) {
    const admin = createKafka({ brokers: [kafka.brokers], clientId: 'spec', tls: false, log: SILENT }).admin();
    await admin.connect();
    try {
      return await question(admin);
    } finally {
      await admin.disconnect();
    }
  }

  it('makes every topic with PARTITIONS and the rungs of RETRY_LADDER, and nothing the second time', async () => {
    const first = await run(['topics'], env);
    expect(first).toEqual({ code: 0, complained: '', said: expect.stringMatching(/made 24 topics.*3 partitions/) });
    const { topics } = await ask((admin) => admin.fetchTopicMetadata());
    expect(topics).toHaveLength(24);
    expect(new Set(topics.map(({ partitions }) => partitions.length))).toEqual(new Set([3]));
    const again = await run(['topics'], env);
    expect(again).toMatchObject({ code: 0, said: expect.stringContaining('all topics were there') });
  });

  it('fails on topics with another number of partitions', async () => {
    const { code, complained } = await run(['topics'], { ...env, PARTITIONS: '6' });
    expect([code, complained]).toEqual([1, expect.stringContaining('all topics need 6 partitions')]);
  });

  it('ends when no broker answers within SETUP_TIMEOUT, and says who was asked and what came of it', async () => {
    await ask(async (admin) => admin.deleteTopics({ topics: await admin.listTopics() }));
    await kafka.stop();
    const { code, complained } = await run(['topics'], { ...env, SETUP_TIMEOUT: '500ms' });
    expect(code).toBe(1);
    expect(complained).toMatch(/Kafka at 127\.0\.0\.1:\d+ could not be used within 500 ms \(.*ECONNREFUSED/);
    // kafkajs goes on in this process, which main.ts would have ended: here it comes to its end with the broker's return.
    await kafka.start();
    await waitFor('the topics', () => ask(async (admin) => (await admin.listTopics()).length === 24));
  }, 60_000);
});

describe('setup migrate', () => {
  it('makes the tables, and nothing the second time', async () => {
    const DATABASE_URL = await createDatabase();
    const migrations = async () => {
      const source = await createDataSource(DATABASE_URL).initialize();
      try {
        return (await source.query('SELECT name FROM migrations')) as unknown[];
      } finally {
        await source.destroy();
      }
    };
    expect(await run(['migrate'], { DATABASE_URL })).toMatchObject({ code: 0, complained: '' });
    const made = await migrations();
    expect(made.length).toBeGreaterThan(0);
    expect(await run(['migrate'], { DATABASE_URL })).toMatchObject({ code: 0, complained: '' });
    expect(await migrations()).toEqual(made);
  }, 60_000);

  it('says which database is away, and not its password', async () => {
    const { code, complained } = await run(['migrate'], { DATABASE_URL: 'postgres://u:hush@127.0.0.1:1/recho' });
    expect(code).toBe(1);
    expect(complained).toMatch(/the database recho at 127\.0\.0\.1:1 could not be migrated.*ECONNREFUSED/);
    expect(complained).not.toContain('hush');
  });
});

describe('a command or a setting that is wrong', () => {
  it('ends with 78 and says what may be asked for', async () => {
    for (const command of [[], ['tables'], ['topics', 'migrate'], ['constructor']]) {
      const { code, complained } = await run(command);
      expect([code, complained]).toEqual([78, expect.stringContaining('give it one of: topics, migrate')]);
    }
  });

  it('ends with 78 and all faults', async () => {
    const { code, complained } = await run(['topics'], { PARTITIONS: '0', KAFKA_TLS: 'maybe' });
    expect([code, complained]).toEqual([78, expect.stringMatching(/2 settings are wrong:[^]*KAFKA_TLS[^]*PARTITIONS/)]);
    expect(await run(['migrate'])).toMatchObject({
      code: 78,
      complained: expect.stringContaining('DATABASE_URL is not set'),
    });
  });
});
