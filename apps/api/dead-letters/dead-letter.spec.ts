import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { AttemptRecord } from '#libs/contracts';
import { HEADERS } from '#libs/kafka';
import { createLaneMemory } from '#libs/storage';
import { attemptRecord, waitFor } from '#libs/testkit';
import { startApi } from '../../../test/integration/running-api.js';
import { startRedriveStage, type RedriveStage } from '../../../test/integration/redrive-stage.js';
import type { Delivery } from '../deliveries/delivery.schemas.js';
import type { DeadLetterGroups, Redrive, RedriveAnswer } from './dead-letter.schemas.js';

/*
 * Dead letters over HTTP, and sending them again. They are written as the recorder writes them. Oracles: the records on
 * `deliveries.custom`, and the history.
 */

const PARTITION = 2;
const NOON = Date.now() - 3_600_000;
let stage: RedriveStage;
let api: RedriveStage['api'];
let jobs: RedriveStage['jobs'];
let pool: RedriveStage['pool'];
let history: RedriveStage['history'];

beforeAll(async () => {
  stage = await startRedriveStage(NOON, { REDRIVE_RATE: '40' });
  ({ api, jobs, pool, history } = stage);
}, 60_000);
afterAll(() => stage?.close());

interface Customer {
  readonly projectId: string;
  readonly endpointId: string;
  /** Of the project. */
  readonly base: string;
}

async function newCustomer(): Promise<Customer> {
  const projectId = (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' })).body.id;
  const base = `/v1/projects/${projectId}`;
  const settings = { name: 'CRM', endpointType: 'CUSTOM', target: 'https://crm.example.com/hook' };
  const endpointId = (await api.call<{ id: string }>('POST', `${base}/endpoints`, settings)).body.id;
  return { projectId, endpointId, base };
}

/** A dead letter in the history, with its call's place in Kafka. */
async function die({ projectId, endpointId }: Customer, vary: Partial<AttemptRecord> = {}): Promise<AttemptRecord> {
  const why = { status: 'dead_lettered', reason: 'http_400: the endpoint answered 400', responseStatus: 400 } as const;
  const record = attemptRecord({ projectId, endpointId, receivedAt: NOON, verdict: 'refused', ...why, ...vary });
  const event = record.event && { ...record.event, projectId, data: { ...record.event.data, callId: record.callId } };
  await history.write([{ ...record, event }], createLaneMemory(), () => PARTITION);
  return { ...record, event };
}

const redrive = ({ base }: Customer, body: object) =>
  api.call<RedriveAnswer & { detail: string }>('POST', `${base}/dead-letters/redrive`, body);
const progress = async ({ base }: Customer, id: string | null) =>
  (await api.call<Redrive>('GET', `${base}/dead-letters/redrives/${id}`)).body;
const finished = async (customer: Customer, id: string | null) =>
  waitFor('the end of the redrive', async () => {
    const found = await progress(customer, id);
    return found.state === 'finished' ? found : null;
  });
const delivery = async ({ base }: Customer, { deliveryId }: AttemptRecord) =>
  (await api.call<Delivery>('GET', `${base}/deliveries/${deliveryId}`)).body;
const sentOf = (callId: string) => jobs.of(callId).map(({ value }) => value['deliveryId']);
const newCall = () => `call-${randomUUID()}`;

describe('the dead letters', () => {
  it('are listed with reason, attempts, last status and times, newest first; what was delivered is not', async () => {
    const customer = await newCustomer();
    const older = await die(customer, { attempt: 7, startedAt: NOON + 100 });
    const newer = await die(customer, { receivedAt: NOON + 1 });
    await die(customer, { status: 'delivered', verdict: 'delivered' });
    const { body } = await api.call<{ items: Delivery[] }>('GET', `${customer.base}/dead-letters`);
    expect(body.items.map(({ id }) => id)).toEqual([newer.deliveryId, older.deliveryId]);
    const at = new Date(NOON + 100).toISOString();
    expect(body.items[1]).toMatchObject({
      ...{ status: 'dead_lettered', reason: older.reason, attemptCount: 7, responseStatus: 400, redriveCount: 0 },
      ...{ statusAt: at, firstAttemptAt: at, lastAttemptAt: at },
    });
    const path = `${customer.base}/dead-letters?callId=${older.callId}&limit=1`;
    expect((await api.call<{ items: Delivery[] }>('GET', path)).body.items).toHaveLength(1);
  });
});

describe('the groups of dead letters', () => {
  it('count them by endpoint and code; the list shows one group of them', async () => {
    const customer = await newCustomer();
    const other = { ...customer, endpointId: randomUUID() };
    const timeout = { reason: 'timeout: no answer within 10 s', responseStatus: null, callId: 'slow' } as const;
    const late = [
      await die(customer, { ...timeout, startedAt: NOON + 10 }),
      await die(customer, { ...timeout, startedAt: NOON + 30 }),
    ];
    await die(customer, { startedAt: NOON + 20 });
    await die(other, { reason: 'Given up by hand', startedAt: NOON + 40, endpointName: 'Old' });
    await die(customer, { status: 'delivered', verdict: 'delivered' });
    const at = (ms: number) => new Date(NOON + ms).toISOString();
    const crm = { endpointId: customer.endpointId, endpointName: 'CRM', endpointState: 'enabled' };
    const path = `${customer.base}/dead-letters`;
    const { body } = await api.call<DeadLetterGroups>('GET', `${path}/groups`);
    expect(body).toEqual({
      deliveries: 4,
      groups: [
        {
          ...{ endpointId: other.endpointId, endpointName: 'Old', endpointState: 'deleted', code: 'other' },
          ...{ deliveries: 1, calls: 1, oldestAt: at(40), newestAt: at(40) },
        },
        { ...crm, code: 'timeout', deliveries: 2, calls: 1, oldestAt: at(10), newestAt: at(30) },
        { ...crm, code: 'http_400', deliveries: 1, calls: 1, oldestAt: at(20), newestAt: at(20) },
      ],
    });
    const listed = async (query: string) =>
      (await api.call<{ items: Delivery[] }>('GET', `${path}?${query}`)).body.items.map(({ id }) => id).toSorted();
    expect(await listed('code=timeout')).toEqual(late.map(({ deliveryId }) => deliveryId).toSorted());
    expect(await listed('code=other')).toHaveLength(1);
    const filtered = await api.call<DeadLetterGroups>('GET', `${path}/groups?callId=slow`);
    expect(filtered.body.groups).toMatchObject([{ code: 'timeout' }]);
    expect((await api.call('GET', `${path}?code=No%20code`)).status).toBe(422);
    expect((await redrive(customer, { filter: { code: 'timeout' }, dryRun: true })).body.deliveries).toBe(2);
    expect((await redrive(customer, { filter: { code: 'No code' } })).status).toBe(422);
  });
});

describe('a redrive', () => {
  it("sends each call's dead letters again in order, to its partition, as the endpoint is now, and says how far it is", async () => {
    const customer = await newCustomer();
    const callId = newCall();
    const mark = (offset: number) => ({ epoch: 'e', offset, ordinal: 1 });
    // Recorded in another order than they were emitted; the last two within one millisecond.
    const third = await die(customer, { callId, receivedAt: NOON + 5, mark: mark(12) });
    const second = await die(customer, { callId, receivedAt: NOON + 5, mark: mark(11) });
    const first = await die(customer, { callId, receivedAt: NOON + 4, mark: mark(90) });
    const change = { target: 'https://new.example.com/hook', name: 'CRM 2' };
    await api.call('PATCH', `${customer.base}/endpoints/${customer.endpointId}`, change);

    const { status, body } = await redrive(customer, {});
    expect([status, body]).toEqual([
      202,
      {
        ...{ dryRun: false, redriveId: expect.any(String), deliveries: 3, events: 3, calls: 1, endpoints: 1 },
        ...{ notRedrivable: [], ratePerSecond: 40, order: expect.stringContaining('end of their lanes') },
      },
    ]);
    expect(await finished(customer, body.redriveId)).toMatchObject({ deliveries: 3, sent: 3, problem: null });
    await waitFor('the jobs', () => jobs.of(callId).length === 3);
    expect(sentOf(callId)).toEqual([first.deliveryId, second.deliveryId, third.deliveryId]);
    const [job] = jobs.of(callId);
    expect(job).toMatchObject({
      partition: PARTITION,
      value: {
        ...{ v: 1, event: first.event, receivedAt: first.receivedAt, authType: 'NONE', redrive: 1 },
        endpoint: { id: customer.endpointId, endpointType: 'CUSTOM', contentKey: null, ...change },
      },
    });
    expect([HEADERS.mark, HEADERS.deliveryId].map((name) => job?.header(name))).toEqual([undefined, first.deliveryId]);
    expect(await delivery(customer, first)).toMatchObject({ status: 'pending', attemptCount: 0, redriveCount: 1 });

    // What becomes of it then, and once more.
    await die(customer, { ...first, attempt: 1, redrive: 1, startedAt: Date.now() - 1 });
    expect(await delivery(customer, first)).toMatchObject({ status: 'dead_lettered', redriveCount: 1 });
    expect((await redrive(customer, {})).body.deliveries).toBe(1);
    await waitFor('the second time', () => jobs.of(callId).at(-1)?.value['redrive'] === 2);
  });

  it('that is a dry run counts calls, events and endpoints, and sends nothing', async () => {
    const customer = await newCustomer();
    const [one, other] = [newCall(), newCall()];
    const first = await die(customer, { callId: one });
    await die(customer, { callId: one, eventId: first.eventId });
    await die(customer, { callId: other });
    const { status, body } = await redrive(customer, { dryRun: true });
    expect([status, body]).toMatchObject([
      200,
      { dryRun: true, redriveId: null, deliveries: 3, events: 2, calls: 2, endpoints: 1 },
    ]);
    const real = await redrive(customer, { filter: { callId: other } });
    await finished(customer, real.body.redriveId);
    await waitFor('the other call', () => sentOf(other).length === 1);
    expect(sentOf(one)).toEqual([]);
    expect(await delivery(customer, first)).toMatchObject({ status: 'dead_lettered' });
  });

  it('leaves where it is what cannot be sent again, and says why', async () => {
    const customer = await newCustomer();
    const callId = newCall();
    const ids: string[] = [randomUUID()];
    const kept = await die(customer, { callId });
    ids.push(kept.deliveryId, (await die(customer, { callId, attempt: 2 })).deliveryId);
    ids.push((await die({ ...customer, endpointId: randomUUID() }, { callId })).deliveryId);
    const disabled = { name: 'Off', endpointType: 'CUSTOM', target: 'https://a.example.com', enabled: false };
    const off = await api.call<{ id: string }>('POST', `${customer.base}/endpoints`, disabled);
    ids.push((await die({ ...customer, endpointId: off.body.id }, { callId })).deliveryId);
    const { body } = await redrive(customer, { ids });
    expect(body).toMatchObject({
      deliveries: 1,
      notRedrivable: [
        { reason: 'endpoint_deleted', deliveries: 1 },
        { reason: 'endpoint_disabled', deliveries: 1 },
        { reason: 'event_not_kept', deliveries: 1 },
        { reason: 'no_dead_letter', deliveries: 1 },
      ],
    });
    expect(await finished(customer, body.redriveId)).toMatchObject({ sent: 1, ids });
    await waitFor('the one', () => sentOf(callId).length > 0);
    expect(sentOf(callId)).toEqual([kept.deliveryId]);
  });

  it('sends no faster than REDRIVE_RATE', async () => {
    const customer = await newCustomer();
    const callId = newCall();
    for (let n = 0; n < 40; n += 1) await die(customer, { callId, receivedAt: NOON + n });
    const { body } = await redrive(customer, { filter: { callId } });
    const { createdAt, finishedAt } = await finished(customer, body.redriveId);
    // 40 at 40 a second, of which the first batch (a quarter of a second's) goes out at once.
    expect(Date.parse(finishedAt!) - Date.parse(createdAt)).toBeGreaterThanOrEqual(750);
    await waitFor('all of them', () => sentOf(callId).length === 40);
  });

  it('of the same dead letters by two operators, at two services, sends each once', async () => {
    const other = await startApi({ DATABASE_URL: api.database, KAFKA_BROKERS: stage.brokers });
    try {
      const customer = await newCustomer();
      const callId = newCall();
      for (let n = 0; n < 30; n += 1) await die(customer, { callId, receivedAt: NOON + n });
      const path = `${customer.base}/dead-letters/redrive`;
      const answers = await Promise.all(
        [api, other, api, other].map((one) => one.call<RedriveAnswer>('POST', path, {})),
      );
      const ends = await Promise.all(answers.map(({ body }) => finished(customer, body.redriveId)));
      expect(ends.reduce((sum, { sent }) => sum + sent, 0)).toBe(30);
      await waitFor('all of them', () => sentOf(callId).length >= 30);
      expect(new Set(sentOf(callId)).size).toBe(30);
      expect(sentOf(callId)).toHaveLength(30);
    } finally {
      await other.close();
    }
  });

  it('goes on where it was when the service is started again, by whichever of them', async () => {
    const env = { DATABASE_URL: api.database, KAFKA_BROKERS: stage.brokers };
    const customer = await newCustomer();
    const callId = newCall();
    for (let n = 0; n < 30; n += 1) await die(customer, { callId, receivedAt: NOON + n });
    const { body } = await redrive(customer, {});
    await waitFor('a part of it', async () => (await progress(customer, body.redriveId)).sent > 0);
    await api.close();
    const before = await pool.query('SELECT sent FROM redrives WHERE id = $1', [body.redriveId]);
    expect(before.rows[0].sent).toBeLessThan(30);
    const next = await startApi({ ...env, REDRIVE_RATE: '40' });
    stage.api = api = { ...next, database: env.DATABASE_URL };
    expect(await finished(customer, body.redriveId)).toMatchObject({ sent: 30 });
    await waitFor('all of them', () => sentOf(callId).length === 30);
    expect(new Set(sentOf(callId)).size).toBe(30);
  });

  it('needs a project, and a redrive that is shown is its own', async () => {
    const [customer, stranger] = [await newCustomer(), await newCustomer()];
    const { redriveId } = (await redrive(customer, {})).body;
    expect((await finished(customer, redriveId)).sent).toBe(0);
    const listed = await api.call<{ items: Redrive[] }>('GET', `${customer.base}/dead-letters/redrives`);
    expect(listed.body.items.map(({ id }) => id)).toEqual([redriveId]);
    const foreign = await api.call('GET', `${stranger.base}/dead-letters/redrives/${redriveId}`);
    const nowhere = await api.call('POST', `/v1/projects/${randomUUID()}/dead-letters/redrive`, {});
    expect([foreign.status, nowhere.status]).toEqual([404, 404]);
  });

  it.each([
    [{ ids: [] }, /^ids is empty/],
    [{ ids: Array.from({ length: 1001 }, () => randomUUID()) }, /^ids has more than 1000 items/],
    [{ filter: { status: 'delivered' } }, /^filter.status is not known here/],
    [{ filter: { from: 'yesterday' } }, /^filter.from is no moment/],
  ])('refuses %j in words', async (body, detail) => {
    const answer = await redrive(await newCustomer(), body);
    expect([answer.status, answer.body.detail]).toEqual([422, expect.stringMatching(detail)]);
  });
});
