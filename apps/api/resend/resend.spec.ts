import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { AttemptRecord } from '#libs/contracts';
import { HEADERS } from '#libs/kafka';
import { createLaneMemory } from '#libs/storage';
import { attemptRecord, waitFor } from '#libs/testkit';
import { startRedriveStage, type RedriveStage } from '../../../test/integration/redrive-stage.js';
import type { Delivery } from '../deliveries/delivery.schemas.js';
import type { ResendAnswer } from './resend.schemas.js';

/* One delivery sent again over HTTP. It is written as the recorder writes it. Oracles: the records on `deliveries.custom`, the history, the audit log. */

const PARTITION = 2;
const NOON = Date.now() - 3_600_000;
let stage: RedriveStage;
let api: RedriveStage['api'];
let jobs: RedriveStage['jobs'];
let history: RedriveStage['history'];
let projectId: string;
let base: string;

beforeAll(async () => {
  stage = await startRedriveStage(NOON);
  ({ api, jobs, history } = stage);
  projectId = (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' })).body.id;
  base = `/v1/projects/${projectId}`;
}, 60_000);
afterAll(() => stage?.close());

async function newEndpoint(enabled = true): Promise<string> {
  const settings = { name: 'CRM', endpointType: 'CUSTOM', target: 'https://crm.example.com/hook', enabled };
  return (await api.call<{ id: string }>('POST', `${base}/endpoints`, settings)).body.id;
}

async function recorded(endpointId: string, vary: Partial<AttemptRecord> = {}): Promise<AttemptRecord> {
  const callId = `call-${randomUUID()}`;
  const record = attemptRecord({ projectId, endpointId, callId, receivedAt: NOON, ...vary });
  await history.write([record], createLaneMemory(), () => PARTITION);
  return record;
}

const resend = ({ deliveryId }: AttemptRecord, headers = {}) =>
  api.call<ResendAnswer & { type: string; detail: string }>(
    'POST',
    `${base}/deliveries/${deliveryId}/resend`,
    undefined,
    headers,
  );
const shown = async ({ deliveryId }: AttemptRecord) =>
  (await api.call<Delivery>('GET', `${base}/deliveries/${deliveryId}`)).body;

describe('a delivery that is sent again', () => {
  it.each<Partial<AttemptRecord>>([
    { status: 'delivered' },
    { status: 'skipped', attempt: 0, verdict: null, reason: 'endpoint_disabled: it was' },
    { status: 'dead_lettered', verdict: 'refused', reason: 'http_400: no', responseStatus: 400 },
  ])('from %o is a job at the end of its lane, under its id, as the endpoint is now', async (end) => {
    const endpointId = await newEndpoint();
    const record = await recorded(endpointId, end);
    await api.call('PATCH', `${base}/endpoints/${endpointId}`, { name: 'CRM 2' });
    const { status, body } = await resend(record);
    expect([status, body]).toMatchObject([202, { deliveryId: record.deliveryId, redriveCount: 1 }]);
    const job = await waitFor('the job', () => jobs.of(record.callId)[0]);
    expect(job).toMatchObject({
      ...{ partition: PARTITION, key: record.callId },
      value: { deliveryId: record.deliveryId, redrive: 1, event: record.event, endpoint: { name: 'CRM 2' } },
    });
    // Without a mark it is compared with nothing that came through the router.
    expect(job.header(HEADERS.mark)).toBeUndefined();
    expect(await shown(record)).toMatchObject({ status: 'pending', attemptCount: 0, redriveCount: 1 });
    const { body: audit } = await api.call<{ items: object[] }>('GET', `${base}/audit?limit=1`);
    expect(audit.items).toMatchObject([
      { action: 'delivery.resent', subjectId: record.deliveryId, details: { was: end.status, endpointId } },
    ]);
  });

  it('is sent once by two at the same time, and again once that has ended', async () => {
    const record = await recorded(await newEndpoint());
    const both = await Promise.all([resend(record), resend(record)]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(both.find(({ status }) => status === 409)?.body.detail).toMatch(/is pending: it is on its way already/);
    await history.write([{ ...record, redrive: 1, startedAt: Date.now() }], createLaneMemory(), () => PARTITION);
    expect((await resend(record)).body.redriveCount).toBe(2);
    await waitFor('the second', () => jobs.of(record.callId).length === 2);
    expect(jobs.of(record.callId).map(({ value }) => value['redrive'])).toEqual([1, 2]);
  });

  it.each<[string, RegExp, () => Promise<AttemptRecord>]>([
    ['not_ended', /is retrying/, async () => recorded(await newEndpoint(), { status: 'retrying', verdict: 'retry' })],
    ['not_ended', /is waiting/, async () => recorded(await newEndpoint(), { status: 'waiting', attempt: 0 })],
    ['endpoint_disabled', /enable it first/, async () => recorded(await newEndpoint(false))],
    ['endpoint_deleted', /deleted/, () => recorded(randomUUID())],
    ['event_not_kept', /history/, async () => recorded(await newEndpoint(), { event: null })],
  ])('is refused with %s, and nothing is sent', async (code, why, record) => {
    const one = await record();
    const { status, body } = await resend(one);
    expect([status, body.type, body.detail]).toEqual([409, `urn:recho:problem:${code}`, expect.stringMatching(why)]);
    expect((await shown(one)).redriveCount).toBe(0);
    expect(jobs.of(one.callId)).toEqual([]);
  });

  it('takes a key of its project that may change things', async () => {
    const record = await recorded(await newEndpoint());
    const key = async (role: string) =>
      (await api.call<{ key: string }>('POST', `${base}/api-keys`, { name: role, role })).body.key;
    const asked = async (role: string) => (await resend(record, { authorization: `Bearer ${await key(role)}` })).status;
    expect([await asked('read'), await asked('admin')]).toEqual([403, 202]);
    expect((await resend({ ...record, deliveryId: randomUUID() })).status).toBe(404);
  });
});
