import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { decodeLaneCommand, laneIdOf, type Job } from '#libs/contracts';
import { createKafka, ensureTopics, TOPICS } from '#libs/kafka';
import { createLanePool, PgLaneStore, type ParkedJob } from '#libs/storage';
import { startKafka, waitFor, type TestKafka } from '#libs/testkit';
import { startApiWithDatabase, type ApiWithDatabase } from '../../../test/integration/running-api.js';
import { watchTopic, type TopicWatch } from '../../../test/integration/watch-topic.js';
import { GOLDEN_JOBS } from '../../../libs/contracts/golden/jobs.js';
import type { Lane, LaneCommandAnswer, LaneSummary, LaneWithJobs } from './lane.schemas.js';

/*
 * Parked lanes over HTTP, written as their owner writes them. Oracles: what was written, and the records on
 * `deliveries.custom.commands`.
 */

const PARTITION = 2;
const DUE = Date.now() + 60_000;
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let kafka: TestKafka;
let api: ApiWithDatabase;
let commands: TopicWatch;
let pool: ReturnType<typeof createLanePool>;
let store: PgLaneStore;
let epoch: number;
let projectId: string;
let base: string;

beforeAll(async () => {
  kafka = await startKafka();
  const client = createKafka({ brokers: [kafka.brokers], clientId: 'spec', tls: false, log });
  await ensureTopics(client, { partitions: 3, replicationFactor: 1 });
  api = await startApiWithDatabase({ KAFKA_BROKERS: kafka.brokers });
  commands = await watchTopic(kafka.brokers, TOPICS.commands('custom'));
  pool = createLanePool(api.database, { size: 2, applicationName: 'spec' });
  store = new PgLaneStore(pool, 'custom');
  epoch = (await store.takeOver([PARTITION])).get(PARTITION)!.epoch;
  projectId = (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' })).body.id;
  base = `/v1/projects/${projectId}`;
}, 60_000);
afterAll(async () => {
  await pool?.end();
  await commands?.close();
  await api?.close();
  await kafka?.stop();
});

async function newEndpoint(of = base): Promise<string> {
  const settings = { name: 'CRM', endpointType: 'CUSTOM', target: 'https://crm.example.com/hook' };
  return (await api.call<{ id: string }>('POST', `${of}/endpoints`, settings)).body.id;
}

let offset = 0;
/** A lane whose head failed twice, with followers behind it. */
async function park(endpointId: string, followers = 0) {
  const callId = `call-${randomUUID()}`;
  const lane = { laneId: laneIdOf('custom', PARTITION, endpointId, callId), endpointId, callId };
  const jobs = Array.from({ length: followers + 1 }, (): ParkedJob => {
    const { event, ...golden } = GOLDEN_JOBS.OUTBOUND_CALL_ERROR;
    const job: Job = { ...golden, event: { ...event, projectId }, deliveryId: randomUUID() };
    return { id: job.deliveryId, offset: offset++, job, bytes: 100, mark: null, traceparent: null };
  });
  const row = { attempts: 2, wakeUp: { rung: 2, dueAt: DUE } };
  const trouble = { reason: 'http_503: the endpoint answered 503', status: 503, firstAttemptAt: DUE - 80_000 };
  await store.write([{ type: 'park', partition: PARTITION, epoch, lane, row, trouble, jobs }]);
  return { ...lane, head: jobs[0]!, ids: jobs.map(({ id }) => id) };
}

const lanesOf = async (endpointId: string, query = '') =>
  (
    await api.call<{ items: Lane[]; nextCursor: string | null }>(
      'GET',
      `${base}/lanes?endpointId=${endpointId}${query}`,
    )
  ).body;
const ask = (laneId: string, command: string, body?: object, path = base) =>
  api.call<LaneCommandAnswer & { type: string }>('POST', `${path}/lanes/${laneId}/${command}`, body);

describe('the lanes', () => {
  it('say who waits behind what, since when, why, and when it is tried next', async () => {
    const endpointId = await newEndpoint();
    const lane = await park(endpointId, 3);
    const { items } = await lanesOf(endpointId);
    const iso = (at: number) => new Date(at).toISOString();
    expect(items).toEqual([
      {
        ...{ id: lane.laneId, projectId, endpointId, callId: lane.callId, since: expect.any(String), followers: 3 },
        head: {
          ...{ deliveryId: lane.head.id, eventId: lane.head.job.event.eventId, eventType: 'OUTBOUND_CALL_ERROR' },
          ...{ since: expect.any(String), attempts: 2, firstAttemptAt: iso(DUE - 80_000) },
          ...{ lastReason: 'http_503: the endpoint answered 503', lastStatus: 503, nextAttemptAt: iso(DUE) },
        },
      },
    ]);
    const { body } = await api.call<LaneWithJobs>('GET', `${base}/lanes/${lane.laneId}`);
    const { waiting, ...shown } = body;
    expect(shown).toEqual(items[0]);
    expect(waiting.map(({ deliveryId }) => deliveryId)).toEqual(lane.ids);
  });

  it('come longest first, page by page, those of other endpoints apart', async () => {
    const [endpointId, other] = [await newEndpoint(), await newEndpoint()];
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push((await park(endpointId)).laneId);
    await park(other);
    const page = await lanesOf(endpointId, '&limit=2');
    const rest = await lanesOf(endpointId, `&limit=2&cursor=${page.nextCursor}`);
    expect([...page.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    expect(rest.nextCursor).toBeNull();
  });

  it('are counted by endpoint and what they wait for, the oldest first', async () => {
    const project = (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'Counted' })).body.id;
    const of = `/v1/projects/${project}`;
    const summary = async () => (await api.call<LaneSummary>('GET', `${of}/lanes/summary`)).body;
    expect(await summary()).toEqual({ lanes: 0, groups: [] });
    const [first, second] = [await newEndpoint(of), await newEndpoint(of)];
    const lanes = [await park(first), await park(second, 2), await park(first, 1)];
    await api.sql('UPDATE lanes SET project_id = $1 WHERE id = ANY($2::uuid[])', [
      project,
      lanes.map(({ laneId }) => laneId),
    ]);
    await api.sql('UPDATE lanes SET rung = NULL, due_at = NULL, last_reason = NULL WHERE id = $1', [lanes[2]!.laneId]);
    const found = await summary();
    const since = expect.stringMatching(/Z$/);
    const due = {
      cause: 'retry',
      code: 'http_503',
      lanes: 1,
      oldestSince: since,
      nextAttemptAt: new Date(DUE).toISOString(),
    };
    expect(found).toEqual({
      lanes: 3,
      groups: [
        { endpointId: first, endpointName: 'CRM', ...due },
        { endpointId: second, endpointName: 'CRM', ...due },
        {
          endpointId: first,
          endpointName: 'CRM',
          cause: 'attempt',
          code: null,
          lanes: 1,
          oldestSince: since,
          nextAttemptAt: null,
        },
      ],
    });
    expect(found.groups.map(({ oldestSince }) => oldestSince)).toEqual(
      found.groups.map(({ oldestSince }) => oldestSince).toSorted(),
    );
    await api.call('DELETE', `${of}/endpoints/${second}`);
    expect((await summary()).groups[1]).toMatchObject({ endpointId: second, endpointName: null });
  });

  it("are nobody's but their project's", async () => {
    const { laneId } = await park(await newEndpoint());
    const stranger = await api.call<{ id: string }>('POST', '/v1/projects', { name: 'Q' });
    const foreign = `/v1/projects/${stranger.body.id}`;
    expect((await api.call<{ items: [] }>('GET', `${foreign}/lanes`)).body.items).toEqual([]);
    expect((await api.call('GET', `${foreign}/lanes/${laneId}`)).status).toBe(404);
    expect((await ask(laneId, 'skip', {}, foreign)).status).toBe(404);
    expect((await api.call('GET', `/v1/projects/${randomUUID()}/lanes`)).status).toBe(404);
  });
});

describe('a command', () => {
  it.each(['retry', 'skip'])(
    '%s goes to the owner of the lane, naming the head and its attempts as they are',
    async (type) => {
      const lane = await park(await newEndpoint());
      const { status, body } = await ask(lane.laneId, type, type === 'skip' ? { deliveryId: lane.head.id } : undefined);
      const named = { endpointId: lane.endpointId, callId: lane.callId, deliveryId: lane.head.id, attempts: 2 };
      expect([status, body]).toEqual([
        202,
        {
          ...{ command: type, laneId: lane.laneId, ...named, askedAt: expect.any(String), asked: expect.any(String) },
          see: `${base}/deliveries/${lane.head.id}`,
        },
      ]);
      await waitFor('the command', () => commands.of(lane.callId).length > 0);
      const [record] = commands.of(lane.callId);
      expect(record?.partition).toBe(PARTITION);
      const value = Buffer.from(JSON.stringify(record?.value));
      expect(decodeLaneCommand(value)).toEqual({ v: 1, type, ...named, at: Date.parse(body.askedAt) });
      // The API has changed nothing of it.
      expect((await lanesOf(lane.endpointId)).items).toHaveLength(1);
      const audit = await api.call<{ items: object[] }>('GET', `${base}/audit?limit=1`);
      expect(audit.body.items).toMatchObject([
        { action: `lane.${type}`, subjectId: lane.laneId, details: { deliveryId: lane.head.id } },
      ]);
    },
  );

  it('is refused when its lane is gone, has moved on, or its endpoint is off; nothing is sent', async () => {
    const lane = await park(await newEndpoint(), 1);
    const code = async (answer: ReturnType<typeof ask>) => {
      const { status, body } = await answer;
      return `${status} ${body.type.replace('urn:recho:problem:', '')}`;
    };
    expect(await code(ask(randomUUID(), 'retry'))).toBe('404 not_found');
    expect(await code(ask('first', 'retry'))).toBe('404 not_found');
    expect(await code(ask(lane.laneId, 'skip', { deliveryId: lane.ids[1] }))).toBe('409 head_moved_on');
    expect(await code(ask(lane.laneId, 'skip', { head: lane.ids[0] }))).toBe('422 invalid_request');
    const endpoint = `${base}/endpoints/${lane.endpointId}`;
    await api.call('PATCH', endpoint, { enabled: false });
    expect(await code(ask(lane.laneId, 'retry'))).toBe('409 endpoint_disabled');
    await api.call('DELETE', endpoint);
    expect(await code(ask(lane.laneId, 'retry'))).toBe('409 endpoint_deleted');
    // To move a call on, no endpoint is needed; and this is the first that was sent.
    expect((await ask(lane.laneId, 'skip')).status).toBe(202);
    await waitFor('the command', () => commands.of(lane.callId).length > 0);
    expect(commands.of(lane.callId)).toMatchObject([{ value: { type: 'skip' } }]);
  });
});
