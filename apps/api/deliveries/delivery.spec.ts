import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { AttemptRecord } from '#libs/contracts';
import { createDataSource, createHistoryPool, createLaneMemory, deliverySearch, HistoryWriter } from '#libs/storage';
import { attemptRecord } from '#libs/testkit';
import { startApiWithDatabase, type RunningApi } from '../../../test/integration/running-api.js';
import type { CallHistory, Delivery, DeliveryWithAttempts } from './delivery.schemas.js';

/* The history over HTTP, on a real Postgres. Oracle: the records that the recorder's own writer put there. */

interface Page {
  readonly items: readonly Delivery[];
  readonly nextCursor: string | null;
}

let api: RunningApi & { readonly database: string };
let projectId: string;
const NOW = Date.now();
const ENDPOINTS = [randomUUID(), randomUUID()] as const;
let records: AttemptRecord[];
let failed: AttemptRecord[];

beforeAll(async () => {
  api = await startApiWithDatabase();
  projectId = (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' })).body.id;
  const marked = (index: number) => ({ epoch: 'e', offset: index, ordinal: 1 });
  // Twenty events of four calls, two of each millisecond, to two endpoints in turn.
  records = Array.from({ length: 20 }, (_, index) =>
    attemptRecord({
      projectId,
      eventId: `event-${index}`,
      callId: `call-${index % 4}`,
      endpointId: ENDPOINTS[index % 2]!,
      receivedAt: NOW - 60_000 + Math.floor(index / 2),
      mark: marked(index),
    }),
  );
  const common = { projectId, deliveryId: randomUUID(), callId: 'failing', eventId: 'bad', receivedAt: NOW };
  const verdicts = ['retry', 'retry', 'refused'] as const;
  failed = verdicts.map((verdict, index) =>
    attemptRecord({
      ...common,
      attempt: index + 1,
      startedAt: NOW + index * 1000,
      verdict,
      status: verdict === 'retry' ? 'retrying' : 'dead_lettered',
      reason: verdict === 'retry' ? 'http_503: the endpoint answered 503' : 'http_422: the endpoint answered 422',
      responseStatus: verdict === 'retry' ? 503 : 422,
      responseBody: `body ${index + 1}`,
    }),
  );
  const foreign = attemptRecord({ projectId: randomUUID(), callId: 'call-0', receivedAt: NOW });
  const pool = createHistoryPool(api.database, { size: 1, applicationName: 'spec' });
  await new HistoryWriter(pool, { retentionDays: 30, now: () => NOW }).write(
    [...records, ...failed, foreign],
    createLaneMemory(),
  );
  await pool.end();
}, 60_000);
afterAll(() => api?.close());

const search = async (query: string) => api.call<Page>('GET', `/v1/projects/${projectId}/deliveries${query}`);
const eventsOf = ({ body }: { body: Page }) => body.items.map(({ eventId }) => eventId);

describe('the list of deliveries', () => {
  it("shows a project's own, newest first", async () => {
    const events = eventsOf(await search('?limit=100'));
    expect(events).toHaveLength(21);
    expect(events[0]).toBe('bad');
    const times = (await search('?limit=100')).body.items.map(({ receivedAt }) => receivedAt);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  it('pages without losing or repeating one, also between those of one millisecond', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { body: Page } = await search(`?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...eventsOf(page));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(eventsOf(await search('?limit=100')));
  });

  it.each<[string, () => string, () => number]>([
    ['call', () => '?callId=call-1', () => 5],
    ['endpoint', () => `?endpointId=${ENDPOINTS[0]}`, () => 10],
    ['event type', () => '?eventType=OUTBOUND_CALL_BUSY', () => 0],
    ['status', () => '?status=dead_lettered', () => 1],
    ['delivered', () => '?status=delivered', () => 20],
    ['time', () => `?from=${iso(NOW - 60_000 + 2)}&to=${iso(NOW - 60_000 + 4)}`, () => 4],
    ['all at once', () => `?callId=call-1&endpointId=${ENDPOINTS[1]}&status=delivered`, () => 5],
  ])('is narrowed by %s', async (_, query, count) => {
    expect(eventsOf(await search(`${query()}${query() === '' ? '?' : '&'}limit=100`))).toHaveLength(count());
  });

  it.each([
    ['?status=lost', 'status'],
    ['?limit=0', 'limit'],
    ['?limit=101', 'limit'],
    ['?endpointId=x', 'endpointId'],
    ['?from=yesterday', 'from'],
    ['?eventType=NOPE', 'eventType'],
    ['?cursor=x', 'cursor'],
  ])('refuses %s and names it', async (query, field) => {
    const { status, type, text } = await search(query);
    expect([status, type]).toEqual([422, expect.stringContaining('application/problem+json')]);
    expect(text).toContain(field);
  });

  it('of an unknown project is a 404', async () => {
    expect((await api.call('GET', `/v1/projects/${randomUUID()}/deliveries`)).status).toBe(404);
  });

  it('is read through an index, whatever it is narrowed by', async () => {
    const source = await createDataSource(api.database).initialize();
    try {
      for (const filter of [{}, { callId: 'c' }, { endpointId: ENDPOINTS[0] }, { status: 'retrying' as const }]) {
        const { sql, parameters } = deliverySearch(projectId, filter, null, 50);
        const plan = await source.transaction(async (manager) => {
          // So few rows would rather be read whole; the question is whether there is an index to be used.
          await manager.query('SET LOCAL enable_seqscan = off');
          return manager.query(`EXPLAIN ${sql}`, [...parameters]);
        });
        expect(JSON.stringify(plan)).not.toContain('Seq Scan');
      }
    } finally {
      await source.destroy();
    }
  });
});

describe('one delivery', () => {
  it('is shown with its event and every attempt, in order, with what was answered', async () => {
    const path = `/v1/projects/${projectId}/deliveries/${failed[0]!.deliveryId}`;
    const { status, body } = await api.call<DeliveryWithAttempts & Record<string, unknown>>('GET', path);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ status: 'dead_lettered', attemptCount: 3, reason: 'http_422: the endpoint answered 422' },
      ...{ responseStatus: 422, firstAttemptAt: iso(NOW), lastAttemptAt: iso(NOW + 2000) },
      event: failed[0]!.event,
    });
    expect(body.attempts.map(({ attempt, verdict, responseBody }) => [attempt, verdict, responseBody])).toEqual([
      [1, 'retry', 'body 1'],
      [2, 'retry', 'body 2'],
      [3, 'refused', 'body 3'],
    ]);
  });

  it("is a 404 when it is unknown, or another project's", async () => {
    const other = (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'Q' })).body.id;
    for (const path of [`${projectId}/deliveries/${randomUUID()}`, `${other}/deliveries/${failed[0]!.deliveryId}`]) {
      expect((await api.call('GET', `/v1/projects/${path}`)).status).toBe(404);
    }
  });
});

describe('one call', () => {
  it('is shown event by event in the order they were emitted, with their deliveries', async () => {
    const { body } = await api.call<CallHistory & Record<string, unknown>>(
      'GET',
      `/v1/projects/${projectId}/calls/call-3`,
    );
    expect(body.items.map(({ eventId }) => eventId)).toEqual([3, 7, 11, 15, 19].map((n) => `event-${n}`));
    expect(body.items[0]!.deliveries).toMatchObject([{ status: 'delivered', endpointId: ENDPOINTS[1] }]);
  });

  it('is a 404 when it is unknown', async () => {
    expect((await api.call('GET', `/v1/projects/${projectId}/calls/nobody`)).status).toBe(404);
  });
});

function iso(time: number): string {
  return new Date(time).toISOString();
}
