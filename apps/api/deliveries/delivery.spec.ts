import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { laneIdOf, type AttemptRecord } from '#libs/contracts';
import { createHistoryPool, createLaneMemory, createLanePool, HistoryWriter, PgLaneStore } from '#libs/storage';
import { attemptRecord } from '#libs/testkit';
import { startApiWithDatabase, type ApiWithDatabase } from '../../../test/integration/running-api.js';
import { GOLDEN_JOBS } from '../../../libs/contracts/golden/jobs.js';
import type { CallHistory, Delivery, DeliveryWithAttempts } from './delivery.schemas.js';

/* The history over HTTP. It is written as the recorder writes it; oracle: the records that were written. */

let api: ApiWithDatabase;
let pool: Pool;
let history: HistoryWriter;
let projectId: string;
let base: string;
const NOON = Date.now() - (Date.now() % 1000);

beforeAll(async () => {
  api = await startApiWithDatabase();
  pool = createHistoryPool(api.database, { size: 2, applicationName: 'spec' });
  history = new HistoryWriter(pool, { retentionDays: 30, now: () => NOON });
  projectId = await newProject();
  base = `/v1/projects/${projectId}`;
}, 60_000);
afterAll(async () => {
  await pool?.end();
  await api?.close();
});

async function newProject(): Promise<string> {
  return (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' })).body.id;
}

/** Records of one delivery: its attempts, or its first and only one. */
async function record(vary: Partial<AttemptRecord> = {}, ...more: Partial<AttemptRecord>[]): Promise<AttemptRecord> {
  const first = attemptRecord({ projectId, receivedAt: NOON, ...vary });
  const { event, ...rest } = first;
  const named = { ...first, event: event && { ...event, projectId, data: { ...event.data, callId: first.callId } } };
  await history.write([named, ...more.map((one) => ({ ...rest, event: null, ...one }))], createLaneMemory());
  return named;
}

type Rows = { items: Delivery[]; nextCursor: string | null };
const search = async (query: object, path = base) => {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return api.call<Rows & { detail: string }>('GET', `${path}/deliveries?${text}`);
};
const idsOf = ({ body }: { body: Rows }) => body.items.map(({ id }) => id);

/** A delivery that fails twice and then succeeds. */
async function climb(vary: Partial<AttemptRecord> = {}): Promise<AttemptRecord> {
  const failed = {
    verdict: 'retry',
    status: 'retrying',
    reason: 'http_503: Service Unavailable',
    responseStatus: 503,
  } as const;
  return record(
    { ...vary, ...failed, attempt: 1, startedAt: NOON + 10, responseBody: 'no' },
    { ...failed, attempt: 2, startedAt: NOON + 5010, responseBody: 'no' },
    {
      attempt: 3,
      startedAt: NOON + 20_010,
      verdict: 'delivered',
      status: 'delivered',
      reason: null,
      responseStatus: 204,
    },
  );
}

describe('a delivery', () => {
  it('is shown with its event and all its attempts, in the order they were made', async () => {
    const first = await climb({ callId: 'climb-1' });
    const { status, body } = await api.call<DeliveryWithAttempts>('GET', `${base}/deliveries/${first.deliveryId}`);
    expect(status).toBe(200);
    const at = (ms: number) => new Date(NOON + ms).toISOString();
    const { attempts, event, content, ...row } = body;
    expect(row).toEqual({
      ...{ id: first.deliveryId, projectId, endpointId: first.endpointId, endpointName: 'My receiver' },
      ...{ endpointType: 'CUSTOM', callId: 'climb-1', eventId: first.eventId, eventType: 'OUTBOUND_CALL_CALLING' },
      ...{ status: 'delivered', statusAt: at(20_010), attemptCount: 3, redriveCount: 0, reason: null },
      ...{ responseStatus: 204, receivedAt: at(0) },
      ...{ firstAttemptAt: at(10), lastAttemptAt: at(20_010) },
    });
    expect(event).toEqual(first.event);
    expect(attempts.map(({ attempt, verdict, startedAt }) => [attempt, verdict, startedAt])).toEqual([
      [1, 'retry', at(10)],
      [2, 'retry', at(5010)],
      [3, 'delivered', at(20_010)],
    ]);
    expect(attempts[0]).toEqual({
      ...{ attempt: 1, redrive: 0, startedAt: at(10), durationMs: 12, verdict: 'retry' },
      reason: 'http_503: Service Unavailable',
      ...{ target: first.target, authType: 'NONE', keyId: null, responseStatus: 503, responseBody: 'no' },
      traceparent: first.traceparent,
      request: {
        method: 'POST',
        headers: expect.objectContaining({ 'X-Recho-Attempt': '1' }),
        notKept: ['User-Agent'],
      },
    });
    expect(content?.body).toMatchObject({ eventType: 'OUTBOUND_CALL_CALLING', authConfig: { authType: 'NONE' } });
    const listed = await search({ callId: 'climb-1' });
    expect(listed.body.items).toEqual([row]);
  });

  it("is nobody's but its project's, and a 404 when there is none", async () => {
    const { deliveryId } = await record();
    const foreign = `/v1/projects/${await newProject()}`;
    expect((await api.call('GET', `${base}/deliveries/${deliveryId}`)).status).toBe(200);
    expect((await api.call('GET', `${foreign}/deliveries/${deliveryId}`)).status).toBe(404);
    expect((await api.call('GET', `${base}/deliveries/${randomUUID()}`)).status).toBe(404);
    expect((await api.call('GET', `${base}/deliveries/first`)).status).toBe(404);
  });

  it('without an attempt is shown as it is', async () => {
    const dead = { attempt: 0, verdict: null, status: 'skipped', reason: 'endpoint_deleted: gone' } as const;
    const { deliveryId } = await record({ ...dead, responseStatus: null, responseBody: null });
    const { body } = await api.call<DeliveryWithAttempts>('GET', `${base}/deliveries/${deliveryId}`);
    expect(body).toMatchObject({ status: 'skipped', attemptCount: 0, firstAttemptAt: null, attempts: [] });
  });
});

describe('the search', () => {
  it.each([
    ['callId', { callId: 'of-the-filter' }, {}],
    ['endpointId', { endpointId: randomUUID() }, {}],
    ['eventType', { eventType: 'INBOUND_CALL_CLOSING' }, {}],
    [
      'status',
      { status: 'dead_lettered', verdict: 'refused', reason: 'http_400: Bad Request' },
      { status: 'dead_lettered' },
    ],
    ['from', { receivedAt: NOON + 60_000 }, { from: new Date(NOON + 60_000).toISOString() }],
    ['to', { receivedAt: NOON - 60_000 }, { to: new Date(NOON - 59_999).toISOString() }],
  ] as const)('filters by %s', async (name, vary, query) => {
    const [{ deliveryId: wanted }, { deliveryId: other }] = [
      await record(vary as Partial<AttemptRecord>),
      await record(),
    ];
    const filter = Object.keys(query).length > 0 ? query : { [name]: (vary as Record<string, unknown>)[name] };
    expect(idsOf(await search(filter))).toEqual([wanted]);
    expect(idsOf(await search({}))).toEqual(expect.arrayContaining([wanted, other]));
  });

  it('takes filters together, and finds nothing in another project', async () => {
    const endpointId = randomUUID();
    const one = await record({ callId: 'both', endpointId });
    await record({ callId: 'both' });
    expect(idsOf(await search({ callId: 'both', endpointId, status: 'delivered' }))).toEqual([one.deliveryId]);
    expect(idsOf(await search({ callId: 'both', endpointId, status: 'retrying' }))).toEqual([]);
    expect(idsOf(await search({ callId: 'both' }, `/v1/projects/${await newProject()}`))).toEqual([]);
  });

  it('pages from the newest to the oldest, each delivery once, also those of one millisecond', async () => {
    const callId = randomUUID();
    const made: { id: string; at: number }[] = [];
    for (let i = 0; i < 7; i += 1) {
      const at = NOON - Math.floor(i / 3);
      made.push({ id: (await record({ callId, receivedAt: at })).deliveryId, at });
    }
    const newestFirst = made.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).map(({ id }) => id);
    const seen: string[] = [];
    const sizes: number[] = [];
    let cursor: string | null = null;
    do {
      const { body }: { body: Rows } = await search({ callId, limit: 3, ...(cursor === null ? {} : { cursor }) });
      seen.push(...idsOf({ body }));
      sizes.push(body.items.length);
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(newestFirst);
    expect(sizes).toEqual([3, 3, 1]);
  });

  it.each([
    [{ status: 'lost' }, /^status must be one of pending, delivered, retrying, waiting, dead_lettered, skipped$/],
    [{ eventType: 'X' }, /^eventType must be one of OUTBOUND_CALL_PENDING, /],
    [{ endpointId: 'x' }, /^endpointId is not a UUID$/],
    [{ from: 'yesterday' }, /^from is no moment; use ISO 8601 with a zone/],
    [{ to: '2026-05-12T10:24:00' }, /^to is no moment/],
    [{ callId: 'a\0b' }, /^callId holds U\+0000/],
    [{ limit: 1001 }, /^limit must be at most 1000$/],
    [{ cursor: 'x' }, /^cursor is not a cursor of this list/],
    [{ call_id: 'x' }, /^call_id is not known here/],
  ])('refuses %j in words', async (query, detail) => {
    const { status, body } = await search(query);
    expect([status, body.detail]).toEqual([422, expect.stringMatching(detail)]);
  });

  it('needs a project', async () => {
    expect((await search({}, `/v1/projects/${randomUUID()}`)).status).toBe(404);
  });
});

describe('a call', () => {
  it('is shown as its events in order, each with where it went, page by page', async () => {
    const callId = 'call/1 ü';
    const mark = (offset: number) => ({ epoch: 'e', offset, ordinal: 1 });
    // Written in another order than they happened; the last two are of one millisecond.
    const third = await record({ callId, receivedAt: NOON + 2, mark: mark(12) });
    const second = await record({ callId, receivedAt: NOON + 2, mark: mark(11), endpointName: 'A' });
    const alsoSecond = await record({
      ...{ callId, receivedAt: NOON + 2, mark: mark(11), eventId: second.eventId },
      ...{ endpointId: randomUUID(), endpointName: 'B', event: null },
    });
    const first = await record({ callId, receivedAt: NOON + 1, mark: mark(900) });
    const path = `${base}/calls/${encodeURIComponent(callId)}`;
    const { status, body } = await api.call<CallHistory>('GET', path);
    expect(status).toBe(200);
    expect(body.callId).toBe(callId);
    expect(body.items.map(({ eventId, deliveries }) => [eventId, deliveries.map(({ id }) => id)])).toEqual([
      [first.eventId, [first.deliveryId]],
      [second.eventId, [second.deliveryId, alsoSecond.deliveryId]],
      [third.eventId, [third.deliveryId]],
    ]);
    expect(body.items[1]).toMatchObject({ event: second.event, eventType: second.eventType });
    expect(body.nextCursor).toBeNull();

    const page = await api.call<CallHistory>('GET', `${path}?limit=2`);
    const rest = await api.call<CallHistory>('GET', `${path}?limit=2&cursor=${page.body.nextCursor}`);
    expect([...page.body.items, ...rest.body.items]).toEqual(body.items);
    expect(rest.body.nextCursor).toBeNull();
  });

  it('says what of it waits, behind what, why and until when; and nothing waits in another', async () => {
    const [callId, partition] = ['waits', 3];
    const failed = { verdict: 'retry', status: 'retrying', reason: 'http_503: no', responseStatus: 503 } as const;
    const head = await record({ callId, ...failed });
    const behind = await record({ callId, attempt: 0, verdict: null, status: 'waiting', receivedAt: NOON + 1 });
    await record({ callId: 'does-not-wait' });
    await api.sql('UPDATE deliveries SET kafka_partition = $1', [partition]);
    const lanes = createLanePool(api.database, { size: 1, applicationName: 'spec' });
    const store = new PgLaneStore(lanes, 'custom');
    const { epoch } = (await store.takeOver([partition])).get(partition)!;
    const { endpointId } = head;
    const jobs = [head, behind].map(({ deliveryId, event }, offset) => ({
      ...{ id: deliveryId, offset, bytes: 1, mark: null, traceparent: null },
      job: { ...GOLDEN_JOBS.OUTBOUND_CALL_CALLING, deliveryId, event: event! },
    }));
    const lane = { laneId: laneIdOf('custom', partition, endpointId, callId), endpointId, callId };
    const row = { attempts: 3, wakeUp: { rung: 3, dueAt: NOON + 41_000 } };
    const trouble = { reason: 'http_503: no', status: 503, firstAttemptAt: NOON };
    await store.write([{ type: 'park', partition, epoch, lane, row, trouble, jobs }]);
    await lanes.end();
    const { body } = await api.call<CallHistory>('GET', `${base}/calls/${callId}`);
    expect(body.lanes).toMatchObject([
      {
        ...{ id: lane.laneId, endpointId, callId, followers: 1 },
        head: {
          ...{ deliveryId: head.deliveryId, eventType: head.eventType, attempts: 3, lastReason: 'http_503: no' },
          ...{ lastStatus: 503, nextAttemptAt: new Date(NOON + 41_000).toISOString() },
        },
        waiting: [{ deliveryId: head.deliveryId }, { deliveryId: behind.deliveryId }],
      },
    ]);
    expect((await api.call<CallHistory>('GET', `${base}/calls/does-not-wait`)).body.lanes).toEqual([]);
  });

  it("is nobody's but its project's, and a 404 when nothing is known of it", async () => {
    await record({ callId: 'known' });
    expect((await api.call('GET', `${base}/calls/known`)).status).toBe(200);
    for (const path of [
      `${base}/calls/unknown`,
      `${base}/calls/%00`,
      `/v1/projects/${await newProject()}/calls/known`,
    ]) {
      expect([path, (await api.call('GET', path)).status]).toEqual([path, 404]);
    }
  });

  it('may have the longest callId there is', async () => {
    const callId = '電'.repeat(256);
    await record({ callId });
    expect((await api.call('GET', `${base}/calls/${encodeURIComponent(callId)}`)).body).toMatchObject({ callId });
  });
});
