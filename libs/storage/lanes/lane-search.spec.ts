import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createDatabase } from '#libs/testkit';
import { createDataSource, migrate } from '../data-source.js';
import { createLanePool } from './lane-pool.js';
import { findLane, findLaneJobs, FOLLOWERS_COUNTED, laneSearch, searchLanes, type LanePlace } from './lane-search.js';
import {
  ENDPOINT_ID,
  FAILED,
  FIRST_RUNG,
  KIND,
  NO_TROUBLE,
  NO_WAKE_UP,
  parkedJob,
  PROJECT_ID,
  Tenure,
} from './lane-writes.fixture.js';
import { PgLaneStore } from './pg-lane-store.js';

/* What people see of lanes that the store has written. */

const PARTITION = 3;
let dataSource: DataSource;
let store: PgLaneStore;
let tenure: Tenure;
let end: () => Promise<void>;

beforeAll(async () => {
  const url = await createDatabase();
  await migrate(url);
  const pool = createLanePool(url, { size: 2, applicationName: 'spec' });
  dataSource = await createDataSource(url).initialize();
  end = () => pool.end().then(() => dataSource.destroy());
  store = new PgLaneStore(pool, KIND);
  tenure = new Tenure(PARTITION, (await store.takeOver([PARTITION])).get(PARTITION)!.epoch);
  for (let n = 0; n < 5; n++) {
    await store.write([tenure.park([parkedJob(n, `call ${n}`), parkedJob(100 + n)], FIRST_RUNG, FAILED, `call ${n}`)]);
  }
});
afterAll(() => end?.());

const search = (limit: number, after: LanePlace | null = null, filter = {}) =>
  searchLanes(dataSource, PROJECT_ID, filter, after, limit);

describe('the lanes of a project', () => {
  it('come oldest first, page by page, while some of them are updated', async () => {
    const first = await search(2);
    await store.write([tenure.update(parkedJob(0), { attempts: 2, wakeUp: null }, FAILED, 'call 0')]);
    const second = await search(2, first.at(-1));
    const third = await search(2, second.at(-1));
    const calls = [first, second, third].map((page) => page.map(({ callId }) => callId));
    expect(calls).toEqual([['call 0', 'call 1'], ['call 2', 'call 3'], ['call 4']]);
    expect(await search(2, third.at(-1))).toEqual([]);
  });

  it('are those of an endpoint, when it is asked for, and never of another project', async () => {
    expect(await search(10, null, { endpointId: ENDPOINT_ID })).toHaveLength(5);
    expect(await search(10, null, { endpointId: randomUUID() })).toEqual([]);
    expect(await searchLanes(dataSource, randomUUID(), {}, null, 10)).toEqual([]);
  });

  it('say what waits behind what, why, and when it goes on', async () => {
    const [lane] = await search(1, (await search(1))[0]);
    expect(lane).toEqual({
      laneId: tenure.laneId('call 1'),
      kind: KIND,
      partition: PARTITION,
      projectId: PROJECT_ID,
      endpointId: ENDPOINT_ID,
      callId: 'call 1',
      headDeliveryId: parkedJob(1).id,
      eventId: 'event-1',
      eventType: 'OUTBOUND_CALL_CALLING',
      attempts: 1,
      nextTryAt: new Date(FIRST_RUNG.wakeUp!.dueAt),
      since: expect.any(Date),
      headSince: lane!.since,
      firstAttemptAt: new Date(FAILED.firstAttemptAt!),
      reason: FAILED.reason,
      responseStatus: 503,
      followers: 1,
      place: expect.stringMatching(/^\d{4}-.*\.\d{6}Z$/),
    });
  });

  it('are read through an index, a page of them, however many there are', async () => {
    await dataSource.query(
      `INSERT INTO lanes (id, kind, partition, endpoint_id, call_id, project_id, head_delivery_id, head_offset, head_seq,
         attempts, parked_at)
       SELECT gen_random_uuid(), 'slack', 0, gen_random_uuid(), 'c', $1, gen_random_uuid(), n, n, 0, now() + n * interval '1 ms'
       FROM generate_series(1, 20000) AS n`,
      [randomUUID()],
    );
    await dataSource.query('ANALYZE lanes');
    for (const filter of [{}, { endpointId: ENDPOINT_ID }]) {
      const { sql, parameters } = laneSearch(PROJECT_ID, filter, (await search(1))[0]!, 50);
      const plan = (await dataSource.query(`EXPLAIN ${sql}`, [...parameters])) as { 'QUERY PLAN': string }[];
      const text = plan.map((line) => line['QUERY PLAN']).join('\n');
      expect(text).toMatch(/using lanes_by_(project|endpoint)/);
      expect(text).not.toContain('Seq Scan on lanes');
    }
  });
});

describe('one lane', () => {
  it('shows its jobs in order, the head first', async () => {
    const callId = 'jobs';
    await store.write([
      tenure.park(
        [9, 4].map((n) => parkedJob(n, callId)),
        NO_WAKE_UP,
        NO_TROUBLE,
        callId,
      ),
    ]);
    await store.write([tenure.add(parkedJob(1, callId), callId), tenure.add(parkedJob(7, callId), callId)]);
    await store.write([tenure.advance(parkedJob(9), callId)]);
    const found = await findLaneJobs(dataSource, PROJECT_ID, tenure.laneId(callId), 2);
    expect(found).toEqual(
      [4, 1].map((n) => ({
        deliveryId: parkedJob(n).id,
        eventId: `event-${n}`,
        eventType: 'OUTBOUND_CALL_CALLING',
        parkedAt: expect.any(Date),
      })),
    );
    const lane = await findLane(dataSource, PROJECT_ID, tenure.laneId(callId));
    expect(lane).toMatchObject({ headDeliveryId: parkedJob(4).id, nextTryAt: null, reason: null, followers: 2 });
    expect(lane!.headSince.getTime()).toBeGreaterThanOrEqual(lane!.since.getTime());
  });

  it('is there for its own project only, and until it is drained', async () => {
    const callId = 'short';
    await store.write([tenure.park([parkedJob(1, callId)], NO_WAKE_UP, NO_TROUBLE, callId)]);
    const laneId = tenure.laneId(callId);
    expect(await findLane(dataSource, PROJECT_ID, laneId)).not.toBeNull();
    expect(await findLane(dataSource, randomUUID(), laneId)).toBeNull();
    expect(await findLaneJobs(dataSource, randomUUID(), laneId, 10)).toEqual([]);
    await store.write([tenure.advance(parkedJob(1), callId)]);
    expect(await findLane(dataSource, PROJECT_ID, laneId)).toBeNull();
  });

  it('counts all that wait in it; a list stops at a thousand', async () => {
    const callId = 'long';
    const jobs = Array.from({ length: FOLLOWERS_COUNTED + 11 }, (_, n) => parkedJob(n, callId));
    await store.write([tenure.park(jobs, NO_WAKE_UP, NO_TROUBLE, callId)]);
    const listed = (await search(50)).find((lane) => lane.callId === callId);
    expect(listed?.followers).toBe(FOLLOWERS_COUNTED);
    const found = await findLane(dataSource, PROJECT_ID, tenure.laneId(callId));
    expect(found?.followers).toBe(FOLLOWERS_COUNTED + 10);
  });
});
