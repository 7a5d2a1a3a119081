import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { createKafka, createProducer, createTopics, ensureTopics, TOPICS, type Producer } from '#libs/kafka';
import { createDataSource, migrate } from '#libs/storage';
import type { DataSource } from 'typeorm';
import type { Child } from '../../tools/stack/child-process.js';
import { SILENT_LOG } from '../../tools/stack/kafka-address.js';
import { startEmbeddedKafka } from '../../tools/stack/kafka.js';
import { freePort } from '../../tools/stack/ports.js';
import { createDatabaseAt, postgresUrl, startEmbeddedPostgres } from '../../tools/stack/postgres.js';

export const PARTITIONS = 6;
/** The benchmarks' own: of the bare chain, of the hops with nothing in them, and of what is read in the order of partitions. */
export const BENCH_TOPICS = {
  first: 'bench.chain.1',
  second: 'bench.chain.2',
  hop1: 'bench.hops.1',
  hop2: 'bench.hops.2',
  told: 'bench.hops.told',
  partitions: 'bench.partitions',
} as const;

/** What everything is measured on: made for this run, and gone after it. */
export interface Ground {
  readonly dir: string;
  readonly runDir: string;
  readonly brokers: string;
  readonly kafka: Kafka;
  readonly producer: Producer;
  readonly databaseUrl: string;
  readonly database: DataSource;
  /** The two servers, and the collector when there is one, as processes. */
  readonly servers: readonly Child[];
  /** Settings of every service: where its traces go. */
  readonly serviceEnv: Readonly<Record<string, string>>;
}

/** @param dir to be removed when all has ended. @param runDir where processes are recorded, to be ended. */
export async function prepareGround(dir: string, runDir: string, jarsDir: string): Promise<Ground> {
  const [kafkaPort, postgresPort] = [await freePort(), await freePort()];
  const password = randomBytes(16).toString('hex');
  const servers = await Promise.all([
    startEmbeddedKafka({ dataDir: join(dir, 'kafka'), jarsDir, port: kafkaPort, runDir }),
    startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), port: postgresPort, password, runDir }),
  ]);
  const brokers = `127.0.0.1:${kafkaPort}`;
  const kafka = createKafka({ brokers: [brokers], clientId: 'bench', tls: false, log: SILENT_LOG });
  await ensureTopics(kafka, { partitions: PARTITIONS, replicationFactor: 1 });
  const admin = kafka.admin();
  await admin.connect();
  await createTopics(
    admin,
    Object.values(BENCH_TOPICS).map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor: 1 })),
  );
  await untilCommitsWork(admin);
  await admin.disconnect();
  await createDatabaseAt(postgresUrl(postgresPort, password, 'postgres'), 'recho');
  const databaseUrl = postgresUrl(postgresPort, password, 'recho');
  await migrate(databaseUrl);
  const database = createDataSource(databaseUrl, { poolSize: 2, applicationName: 'bench' });
  await database.initialize();
  const producer = createProducer(kafka, SILENT_LOG);
  await producer.connect();
  return { dir, runDir, brokers, kafka, producer, databaseUrl, database, servers, serviceEnv: {} };
}

/** Enough for a Kafka that starts on a busy machine. */
const TRIES = 100;
const TRY_EVERY_MS = 100;

/** The first question after a group makes Kafka create the topic of all commits: nothing measured shall wait for it. */
async function untilCommitsWork(admin: Admin): Promise<void> {
  for (let left = TRIES; ; left--) {
    try {
      await admin.fetchOffsets({ groupId: 'bench', topics: [TOPICS.events] });
      return;
    } catch (error) {
      if (left === 0 || (error as { retriable?: boolean }).retriable !== true) throw error;
      await after(TRY_EVERY_MS);
    }
  }
}
