import { describe, expect, it } from '@jest/globals';
import { customBody, EVENT_CATALOGUE, type Job } from '#libs/contracts';
import { customHeaders, emailContent, slackBody, teamsBody, webhookHeaders } from '#libs/messages';
import type { FoundAttempt, FoundDelivery } from '#libs/storage';
import { GOLDEN_JOBS } from '../../../libs/contracts/golden/jobs.js';
import { pairsOf } from '../http/shown-headers.js';
import { contentOf, requestOf } from './sent.js';

/* What is shown of a request that was made. Oracle: what the functions of the delivery services make of the whole job. */

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const KEY = 'c0000000-0000-4000-8000-000000000001';
const JOB: Job = GOLDEN_JOBS.OUTBOUND_CALL_ERROR;

/** As the history has it. */
function found(job: Job, vary: Partial<FoundDelivery> = {}): FoundDelivery & { event: Job['event'] } {
  const { deliveryId, endpoint, event } = job;
  const at = new Date(job.receivedAt);
  return {
    ...{ deliveryId, projectId: event.projectId, endpointId: endpoint.id, endpointName: endpoint.name },
    ...{
      endpointType: endpoint.endpointType,
      callId: event.data.callId,
      eventId: event.eventId,
      eventType: event.eventType,
    },
    ...{ status: 'delivered', statusAt: at, attempts: 1, redrives: 0, reason: null, responseStatus: 200 },
    ...{ receivedAt: at, firstAttemptAt: at, lastAttemptAt: at, place: '', event },
    ...vary,
  } as FoundDelivery & { event: Job['event'] };
}

function attempt(vary: Partial<FoundAttempt> = {}): FoundAttempt {
  return {
    ...{
      attempt: 3,
      redrive: 0,
      startedAt: new Date(JOB.receivedAt),
      durationMs: 12,
      verdict: 'delivered',
      reason: null,
    },
    ...{ target: 'https://example.com', authType: 'NONE', keyId: null, responseStatus: 200, responseBody: '' },
    traceparent: TRACE,
    ...vary,
  };
}

/** @param names as in `a.b`. */
function without(json: string, names: readonly string[]): unknown {
  const body = JSON.parse(json) as Record<string, Record<string, unknown>>;
  for (const name of names) {
    const [outer, inner] = name.split('.') as [string, string];
    expect(body[outer]).toHaveProperty(inner);
    delete body[outer]![inner];
  }
  return body;
}

describe('what was sent', () => {
  it.each(EVENT_CATALOGUE)(
    'of $eventType to a CUSTOM endpoint is its body, but for what is not kept',
    ({ eventType }) => {
      const job = GOLDEN_JOBS[eventType];
      const content = contentOf(found(job), [attempt(), attempt({ authType: 'BEARER' })]);
      expect(content?.notKept).toEqual(['webhookEndpoint.target', 'webhookEndpoint.contentKey']);
      const sent = without(customBody(job, 'BEARER'), content!.notKept);
      expect(JSON.stringify(content?.body)).toBe(JSON.stringify(sent));
      // Sent again, it was to the endpoint as it was then.
      expect(contentOf(found(job, { redrives: 1 }), [attempt()])?.notKept).toContain('webhookEndpoint.name');
    },
  );

  it('to the other destinations is the message, card or mail itself', () => {
    const { event } = JOB;
    const of = (endpointType: FoundDelivery['endpointType']) => contentOf(found(JOB, { endpointType }), [attempt()]);
    expect(of('SLACK')).toEqual({ body: JSON.parse(slackBody(event)), email: null, notKept: [] });
    expect(of('TEAMS')).toEqual({ body: JSON.parse(teamsBody(event)), email: null, notKept: [] });
    expect(of('EMAIL')).toEqual({ body: null, email: emailContent(event), notKept: [] });
    expect(contentOf({ ...found(JOB), event: null }, [attempt()])).toBeNull();
  });
});

describe('the headers of a request', () => {
  it.each([
    ['NONE', null, {}, []],
    ['BEARER', null, { Authorization: 'Bearer ********' }, []],
    ['SIGNATURE_RSA_SHA256', KEY, { 'X-Recho-Key-Id': KEY }, ['X-Recho-Signature', 'X-Recho-Timestamp']],
    ['SIGNATURE_RSA_SHA256', null, {}, ['X-Recho-Signature', 'X-Recho-Timestamp', 'X-Recho-Key-Id']],
  ] as const)('with %s (key %s) are those that were sent, credentials masked', (authType, keyId, shown, notKept) => {
    const request = requestOf(found(JOB), attempt({ authType, keyId, redrive: 2 }));
    const { 'User-Agent': agent, ...sent } = pairsOf(customHeaders({ ...JOB, redrive: 2 }, 3, TRACE));
    expect(agent).toBeDefined();
    expect(request).toEqual({ method: 'POST', headers: { ...sent, ...shown }, notKept: ['User-Agent', ...notKept] });
    expect(request?.headers).toMatchObject({ 'X-Recho-Attempt': '3', 'X-Recho-Redrive': '2', traceparent: TRACE });
  });

  it('to a chat are those of its webhook; what is not known is not made up', () => {
    const { 'User-Agent': _, ...sent } = pairsOf(webhookHeaders(TRACE));
    const slack = found(JOB, { endpointType: 'SLACK' });
    expect(requestOf(slack, attempt())?.headers).toEqual(sent);
    const untraced = requestOf(slack, attempt({ traceparent: null }));
    expect(untraced).toEqual({
      ...{ method: 'POST', headers: { 'Content-Type': 'application/json' } },
      notKept: ['User-Agent', 'traceparent'],
    });
  });

  it.each([
    ['a mail', { endpointType: 'EMAIL' }, {}],
    ['our own fault', {}, { verdict: 'abstained', reason: 'aborted: the partition is handed over' }],
    ['missing credentials', {}, { verdict: 'refused', reason: 'unrenderable: the endpoint has no bearer token' }],
  ] as const)('are none for %s', (_, delivery, of) => {
    expect(requestOf(found(JOB, delivery), attempt(of))).toBeNull();
    expect(requestOf(found(JOB), attempt())).not.toBeNull();
  });
});
