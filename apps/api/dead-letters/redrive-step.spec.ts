import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Producer } from '#libs/kafka';
import { noTracing } from '#libs/runtime';
import { createDataSource, createLaneMemory, createHistoryPool, Database, HistoryWriter, migrate } from '#libs/storage';
import { attemptRecord, createDatabase } from '#libs/testkit';
import { redriveStep } from './redrive-step.js';

/* Each way that a step may end. Oracles: what a double of Kafka's producer was given, and the rows. */

type Send = Producer['send'];
const SILENT = { info: () => {}, warn: () => {} };
let database: Database;
let history: HistoryWriter;
let close: () => Promise<unknown>;
let sent: string[];
let projectId: string;

beforeAll(async () => {
  const url = await createDatabase();
  await migrate(url);
  database = new Database(createDataSource(url), SILENT);
  const pool = createHistoryPool(url, { size: 2, applicationName: 'spec' });
  history = new HistoryWriter(pool, { retentionDays: 30, now: Date.now });
  close = () => Promise.all([database.close(), pool.end()]);
  await database.connect();
});
afterAll(() => close?.());

/** A project with three dead letters of a call, and a redrive of them that nobody carries out. */
beforeEach(async () => {
  sent = [];
  await database.query('DELETE FROM projects');
  await database.query('DELETE FROM deliveries');
  const endpointId = randomUUID();
  projectId = randomUUID();
  await database.query(`INSERT INTO projects (id, name) VALUES ($1, 'P')`, [projectId]);
  await database.query(
    `INSERT INTO endpoints (id, project_id, name, endpoint_type, target, auth_type)
     VALUES ($2, $1, 'E', 'CUSTOM', 'https://a.example.com', 'NONE')`,
    [projectId, endpointId],
  );
  const dead = { projectId, endpointId, verdict: 'refused', status: 'dead_lettered', reason: 'http_400: no' } as const;
  const records = [1, 2, 3].map((n) =>
    attemptRecord({ ...dead, eventId: `e${n}`, receivedAt: attemptRecord().receivedAt + n }),
  );
  await history.write(records, createLaneMemory(), () => 1);
  await newRedrive();
});

async function newRedrive(): Promise<void> {
  await database.query(`INSERT INTO redrives (id, project_id, filter, counts) VALUES ($2, $1, '{}', '{}')`, [
    projectId,
    randomUUID(),
  ]);
}

const takes: Send = (records) => {
  for (const { value } of records) {
    const job = JSON.parse(String(value)) as { redrive: number; event: { eventId: string } };
    sent.push(`${job.event.eventId} ${job.redrive}`);
  }
  return Promise.resolve();
};
/** Two a step. */
const step = (send: Send, over: Database = database) =>
  redriveStep({ database: over, producer: { send }, tracing: noTracing(), ratePerSecond: 8 });
const itsTurn = () => database.query('UPDATE redrives SET next_at = now()');
const statuses = async () => {
  const rows = await database.query<{ status: string }>('SELECT status FROM deliveries ORDER BY event_id');
  return rows.map(({ status }) => status).join(' ');
};
const redrives = () =>
  database.query('SELECT sent, problem, finished_at IS NOT NULL AS finished FROM redrives ORDER BY created_at');

describe('a step of a redrive', () => {
  it('sends a few, and then nothing until its time has come', async () => {
    expect(await step(takes)).toBe(true);
    expect(sent).toEqual(['e1 1', 'e2 1']);
    expect(await statuses()).toBe('pending pending dead_lettered');
    expect(await step(takes)).toBe(false);
    await itsTurn();
    expect([await step(takes), await step(takes)]).toEqual([true, false]);
    expect(sent).toEqual(['e1 1', 'e2 1', 'e3 1']);
    expect(await redrives()).toEqual([{ sent: 3, problem: null, finished: true }]);
  });

  it('that Kafka does not acknowledge leaves them where they were, says so, and is made again later', async () => {
    await expect(step(() => Promise.reject(new Error('no acknowledgement')))).rejects.toThrow('no acknowledgement');
    expect(await statuses()).toBe('dead_lettered dead_lettered dead_lettered');
    expect(await redrives()).toEqual([{ sent: 0, problem: 'no acknowledgement', finished: false }]);
    expect(await step(takes)).toBe(false);
    await itsTurn();
    expect(await step(takes)).toBe(true);
    expect(await redrives()).toEqual([{ sent: 2, problem: null, finished: false }]);
  });

  it('that dies between Kafka and the history is made again, with the same number: repeated, never lost', async () => {
    const dies: Send = async (records) => {
      await takes(records);
      throw new Error('killed');
    };
    await expect(step(dies)).rejects.toThrow('killed');
    expect(await statuses()).toBe('dead_lettered dead_lettered dead_lettered');
    await itsTurn();
    await step(takes);
    expect(sent).toEqual(['e1 1', 'e2 1', 'e1 1', 'e2 1']);
    expect(await statuses()).toBe('pending pending dead_lettered');
  });

  it('leaves a delivery as it is that was told of further meanwhile', async () => {
    await step(async (records) => {
      await takes(records);
      await database.query(`UPDATE deliveries SET status = 'delivered', redrives = 1 WHERE event_id = 'e1'`);
    });
    expect(await statuses()).toBe('delivered pending dead_lettered');
  });

  it('is made by one at a time, in the order in which they were asked for', async () => {
    await newRedrive();
    let seen: unknown;
    await step(async (records) => {
      await takes(records);
      seen = await step(takes);
    });
    expect(seen).toBe(false);
    expect(sent).toEqual(['e1 1', 'e2 1']);
    for (let n = 0; n < 3; n += 1) {
      await itsTurn();
      await step(takes);
    }
    expect(sent).toEqual(['e1 1', 'e2 1', 'e3 1']);
    expect(await redrives()).toMatchObject([
      { sent: 3, finished: true },
      { sent: 0, finished: true },
    ]);
  });

  it('sends nothing that was dead-lettered after it was asked for', async () => {
    await database.query(`UPDATE deliveries SET status_at = now() + interval '1 minute' WHERE event_id = 'e2'`);
    await step(takes);
    expect(sent).toEqual(['e1 1', 'e3 1']);
  });
});
