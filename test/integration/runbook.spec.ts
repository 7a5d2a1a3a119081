import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { laneIdOf, uuidOfName } from '#libs/contracts';
import {
  createHistoryPool,
  createLaneMemory,
  createLanePool,
  HistoryWriter,
  migrate,
  PgLaneStore,
} from '#libs/storage';
import type { AttemptRecord } from '#libs/contracts';
import type { LaneRow } from '#libs/ordering';
import type { ParkedJob } from '#libs/storage';
import { attemptRecord, createDatabase } from '#libs/testkit';
import { GOLDEN_JOBS } from '../../libs/contracts/golden/jobs.js';
import { RUNBOOK, runbookSql } from '../harness/runbook.js';

/*
 * The SQL of docs/runbook.md, as it stands there, on a real Postgres. Of a restore: rows as a backup at 13:00 has them, and
 * the history as the recorder tells it again after Postgres was lost at 14:00. Oracle: what the lanes' next owner finds.
 */

const SHELL = [...RUNBOOK.matchAll(/^ *sql "([^"]+)"/gm)].map((match) => match[1]!);

const PARTITION = 3;
const ENDPOINT_ID = attemptRecord().endpointId;
const at = (time: string): number => Date.parse(`2026-11-24T${time}:00Z`);
const NEVER_DUE = Date.UTC(2126, 0, 1);

let pool: Pool;
let historyPool: Pool;
let store: PgLaneStore;
let epoch: number;
const writeHistory = async (records: readonly AttemptRecord[]): Promise<void> => {
  const history = new HistoryWriter(historyPool, { retentionDays: 36_500, now: Date.now });
  await history.write(records, createLaneMemory(), () => PARTITION);
};

beforeAll(async () => {
  const url = await createDatabase();
  await migrate(url);
  pool = createLanePool(url, { size: 2, applicationName: 'spec' });
  historyPool = createHistoryPool(url, { size: 2, applicationName: 'spec' });
  store = new PgLaneStore(pool, 'custom');
  epoch = (await store.takeOver([PARTITION])).get(PARTITION)!.epoch;
});
afterAll(() => Promise.all([pool?.end(), historyPool?.end()]));

const idOf = (callId: string, n: number): string => uuidOfName(`${callId} ${n}`);

async function park(callId: string, count: number, row: LaneRow): Promise<void> {
  const jobs = Array.from({ length: count }, (_, n): ParkedJob => {
    const id = idOf(callId, n);
    const job = { ...GOLDEN_JOBS.OUTBOUND_CALL_ERROR, deliveryId: id };
    return { id, offset: n, job, bytes: 100, mark: null, traceparent: null };
  });
  const lane = { laneId: laneIdOf('custom', PARTITION, ENDPOINT_ID, callId), endpointId: ENDPOINT_ID, callId };
  const trouble = { reason: 'http_503: no', status: 503, firstAttemptAt: at('12:59') };
  await store.write([{ type: 'park', partition: PARTITION, epoch, lane, row, trouble, jobs }]);
}

const told = (callId: string, n: number, status: AttemptRecord['status'], time: string): AttemptRecord =>
  attemptRecord({
    ...{ callId, deliveryId: idOf(callId, n), receivedAt: at('12:50') + n, startedAt: at(time), status },
    ...(status === 'waiting' ? { attempt: 0, verdict: null } : { verdict: status === 'delivered' ? status : 'retry' }),
  });

const statusOf = async (callId: string, n: number): Promise<string> =>
  (await pool.query('SELECT status FROM deliveries WHERE delivery_id = $1', [idOf(callId, n)])).rows[0].status;

it.each(SHELL.map((text) => [text.slice(0, 60), text]))('a statement of the runbook works: %s…', async (_, text) => {
  await expect(pool.query(text.replaceAll('$project', uuidOfName('project')))).resolves.toBeDefined();
});

describe('after a restore, the SQL of the runbook', () => {
  it('lets parked calls go on behind what has ended since, and none that went on since begin anew', async () => {
    const failed: LaneRow = { attempts: 2, wakeUp: { rung: 2, dueAt: at('13:01') } };
    await park('went-on', 4, failed);
    await park('ended', 2, failed);
    await park('failed-on', 2, failed);
    await park('waits-still', 1, { attempts: 6, wakeUp: { rung: 6, dueAt: NEVER_DUE } });
    await park('mid-drain', 1, { attempts: 0, wakeUp: null });
    await writeHistory([
      told('went-on', 0, 'delivered', '13:10'),
      told('went-on', 1, 'dead_lettered', '13:11'),
      told('went-on', 2, 'retrying', '13:12'),
      told('went-on', 3, 'waiting', '12:59'),
      told('ended', 0, 'delivered', '13:10'),
      told('ended', 1, 'delivered', '13:11'),
      told('failed-on', 0, 'retrying', '13:20'),
    ]);

    await pool.query(runbookSql('settings_version'));
    await pool.query(runbookSql('DELETE FROM parked_jobs'));

    const taken = (await store.takeOver([PARTITION])).get(PARTITION)!;
    expect(taken.epoch).toBeGreaterThan(1_000_000);
    const found = taken.lanes.map(({ callId, head, row }) => [callId, head.id, row] as const);
    expect(found.toSorted()).toEqual([
      ['failed-on', idOf('failed-on', 0), { attempts: 2, wakeUp: null }],
      ['mid-drain', idOf('mid-drain', 0), { attempts: 0, wakeUp: null }],
      ['waits-still', idOf('waits-still', 0), { attempts: 6, wakeUp: { rung: 6, dueAt: NEVER_DUE } }],
      ['went-on', idOf('went-on', 2), { attempts: 0, wakeUp: null }],
    ]);
    // And the rest of it follows: the row and its jobs fit each other.
    const name = { laneId: laneIdOf('custom', PARTITION, ENDPOINT_ID, 'went-on'), endpointId: ENDPOINT_ID };
    const resolved = taken.lanes.find(({ callId }) => callId === 'went-on')!.head;
    const fence = { partition: PARTITION, epoch: taken.epoch, lane: { ...name, callId: 'went-on' } };
    const [next] = await store.write([{ ...fence, type: 'advance', resolved }]);
    expect(next?.id).toBe(idOf('went-on', 3));
    await writeHistory([told('went-on', 2, 'delivered', '14:20')]);
  });

  it('makes dead letters of what was parked after the backup, and of nothing that is parked or in Kafka still', async () => {
    await writeHistory([
      told('lost', 0, 'retrying', '13:30'),
      told('lost', 1, 'waiting', '13:31'),
      told('lost', 2, 'delivered', '13:32'),
      told('held', 0, 'retrying', '14:05'),
    ]);
    await pool.query(runbookSql('lost_in_restore'));
    const lost = [await statusOf('lost', 0), await statusOf('lost', 1)];
    const others = [await statusOf('lost', 2), await statusOf('held', 0), await statusOf('went-on', 3)];
    expect([lost, others]).toEqual([
      ['dead_lettered', 'dead_lettered'],
      ['delivered', 'retrying', 'waiting'],
    ]);
  });

  it('names them to the redrive', async () => {
    const text = /^ *sql "(SELECT json_build_object[^"]+)"/m.exec(RUNBOOK)![1]!;
    const { rows } = await pool.query(text.replace('$project', attemptRecord().projectId));
    expect(rows[0].json_build_object).toEqual({ ids: [idOf('lost', 0), idOf('lost', 1)] });
  });

  it('of a shorter ladder lets those go on at once whose rung is gone', async () => {
    await pool.query(runbookSql('rung > 5'));
    const { lanes } = (await store.takeOver([PARTITION])).get(PARTITION)!;
    expect(lanes.find(({ callId }) => callId === 'waits-still')?.row).toEqual({ attempts: 6, wakeUp: null });
  });
});
