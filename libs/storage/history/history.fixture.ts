import type { Pool } from 'pg';
import { createDatabase } from '#libs/testkit';
import { migrate } from '../data-source.js';
import { createHistoryPool } from './history-pool.js';
import { HistoryWriter } from './history-writer.js';

/** A history of a spec's own, on a real PostgreSQL. @param now Unix milliseconds: around it the history keeps its days. */
export async function openHistory(now: number): Promise<{ readonly pool: Pool; readonly history: HistoryWriter }> {
  const url = await createDatabase();
  await migrate(url);
  const pool = createHistoryPool(url, { size: 4, applicationName: 'spec' });
  return { pool, history: new HistoryWriter(pool, { retentionDays: 30, now: () => now }) };
}
