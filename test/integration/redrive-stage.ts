import type { Pool } from 'pg';
import { createKafka, ensureTopics, TOPICS } from '#libs/kafka';
import { createHistoryPool, HistoryWriter } from '#libs/storage';
import { startKafka } from '#libs/testkit';
import { startApiWithDatabase, type RunningApi } from './running-api.js';
import { watchTopic, type TopicWatch } from './watch-topic.js';

/** An API with its database, the history as the recorder writes it, and what comes on `deliveries.custom`. */
export interface RedriveStage {
  readonly brokers: string;
  /** The one that is closed: whoever starts another one in its place says so here. */
  api: RunningApi & { readonly database: string };
  readonly jobs: TopicWatch;
  readonly pool: Pool;
  readonly history: HistoryWriter;
  close(): Promise<void>;
}

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** @param now Unix milliseconds: the day around which the history keeps its days. */
export async function startRedriveStage(
  now: number,
  env: Readonly<Record<string, string>> = {},
): Promise<RedriveStage> {
  const kafka = await startKafka();
  const { brokers } = kafka;
  const client = createKafka({ brokers: [brokers], clientId: 'spec', tls: false, log: SILENT });
  await ensureTopics(client, { partitions: 3, replicationFactor: 1 });
  const api = await startApiWithDatabase({ KAFKA_BROKERS: brokers, ...env });
  const jobs = await watchTopic(brokers, TOPICS.jobs('custom'));
  const pool = createHistoryPool(api.database, { size: 2, applicationName: 'spec' });
  const history = new HistoryWriter(pool, { retentionDays: 30, now: () => now });
  const stage: RedriveStage = {
    ...{ brokers, api, jobs, pool, history },
    close: async () => {
      await pool.end();
      await jobs.close();
      await stage.api.close();
      await kafka.stop();
    },
  };
  return stage;
}
