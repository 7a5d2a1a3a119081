import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '#libs/contracts';
import {
  askedToWait,
  createHttp,
  UnrenderableError,
  type AttemptInput,
  type CurrentEndpoint,
  type Http,
} from '#libs/delivery';
import type { Verdict } from '#libs/ordering';
import { startReceiver, type Received } from '#libs/testkit';
import { GOLDEN_JOBS } from '../../libs/contracts/golden/jobs.js';
import { createCustomDestination } from './custom.destination.js';

/** Oracles: the bytes and headers that a real receiver took, the golden files, and the contract's table of verdicts. */
const GOLDEN = join(import.meta.dirname, '../../libs/contracts/golden/custom');
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const never = new AbortController().signal;
const JOB = GOLDEN_JOBS.OUTBOUND_CALL_ERROR;

let http: Http;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let answer: { status: number; headers?: Record<string, string> };

beforeAll(async () => {
  http = createHttp({ timeoutMs: 5000, isAllowed: () => true });
  receiver = await startReceiver((_, response) => {
    response.writeHead(answer.status, answer.headers).end('thanks');
  });
});
beforeEach(() => {
  answer = { status: 200 };
});
afterAll(async () => {
  await http.close();
  await receiver.close();
});

describe('a CUSTOM delivery on the wire', () => {
  const sendable = Object.values(GOLDEN_JOBS).filter((job) => job.authType !== 'SIGNATURE_RSA_SHA256');

  it.each(sendable)('of $event.eventType is its golden file, byte by byte', async (job) => {
    const { request } = await deliver({ job });
    expect(request.body.equals(readFileSync(join(GOLDEN, `${job.event.eventType}.json`)))).toBe(true);
  });

  it('goes to the target of the moment by POST; its body tells the target of routing time', async () => {
    const { request } = await deliver({ endpoint: { target: `${receiver.origin}/new/path?key=a%20b#top` } });
    expect(request).toMatchObject({ method: 'POST', url: '/new/path?key=a%20b' });
    expect(JSON.parse(request.body.toString())).toMatchObject({ webhookEndpoint: { target: JOB.endpoint.target } });
  });

  it('carries the headers of the contract and no other', async () => {
    const { request } = await deliver({ attempt: 3 });
    expect(request.headers).toEqual({
      host: receiver.origin.replace('http://', ''),
      connection: 'keep-alive',
      'content-length': String(request.body.length),
      'content-type': 'application/json',
      'user-agent': 'Recho-Notify/1.2.3',
      'x-recho-event-id': JOB.event.eventId,
      'x-recho-delivery-id': JOB.deliveryId,
      'x-recho-attempt': '3',
      traceparent: TRACEPARENT,
    });
  });

  it('that an operator sent again says how often, under the same delivery id', async () => {
    const first = await deliver({});
    expect(first.request.headers).not.toHaveProperty('x-recho-redrive');
    const again = await deliver({ job: { ...JOB, redrive: 2 } });
    expect(again.request.headers).toMatchObject({ 'x-recho-redrive': '2', 'x-recho-delivery-id': JOB.deliveryId });
    expect(again.request.body.equals(first.request.body)).toBe(true);
  });

  it('with BEARER carries the token, the scheme spelt exactly so', async () => {
    const { request } = await deliver({ endpoint: { authType: 'BEARER', bearerToken: 'tok-1' } });
    const { rawHeaders } = request;
    expect(rawHeaders[rawHeaders.indexOf('Authorization') + 1]).toBe('Bearer tok-1');
    expect(JSON.parse(request.body.toString())).toMatchObject({ authConfig: { authType: 'BEARER' } });
  });

  it('keeps the event id of a producer in the header whatever its characters: those a header lacks are encoded', async () => {
    const job: Job = { ...JOB, event: { ...JOB.event, eventId: 'é vent\n1' } };
    const { request } = await deliver({ job });
    expect(request.headers['x-recho-event-id']).toBe('%C3%A9%20vent%0A1');
  });
});

describe('the verdict', () => {
  it.each([200, 201, 202, 204, 299])('on %i is delivered', async (status) => {
    answer = { status };
    expect((await deliver({})).verdict).toEqual({ type: 'delivered' });
  });

  it.each([408, 429, 500, 502, 503, 504, 599])('on %i is retry', async (status) => {
    answer = { status };
    const reason = `http_${status}: the endpoint answered ${status}`;
    expect((await deliver({})).verdict).toEqual({ type: 'retry', reason });
  });

  it.each([300, 301, 302, 303, 307, 308, 304, 400, 401, 403, 404, 405, 409, 410, 413, 418, 422])(
    'on %i is refused',
    async (status) => {
      answer = { status, headers: { location: `${receiver.origin}/elsewhere` } };
      const seen = receiver.received.length;
      const { verdict } = await deliver({});
      expect(verdict).toEqual({
        type: 'refused',
        reason: expect.stringMatching(`^http_${status}: the endpoint answered`),
      });
      expect(receiver.received).toHaveLength(seen + 1);
    },
  );

  it.each([429, 503])('on %i heeds Retry-After', async (status) => {
    answer = { status, headers: { 'retry-after': '30' } };
    expect((await deliver({})).verdict).toMatchObject({ type: 'retry', afterMs: 30_000 });
    answer = { status, headers: { 'retry-after': new Date(NOW + 60_000).toUTCString() } };
    expect((await deliver({})).verdict).toMatchObject({ type: 'retry', afterMs: 60_000 });
  });

  it.each([
    [429, '2', 2000],
    [503, '2', 2000],
    [429, null, null],
    [500, '2', null],
  ])('%i with Retry-After %s asks to leave the endpoint alone for %s ms', (status, retryAfter, ms) => {
    expect(askedToWait({ status, body: null, retryAfter, failure: null }, 0)).toBe(ms);
  });

  it.each([408, 500, 502])('on %i does not: no Retry-After was promised there', async (status) => {
    answer = { status, headers: { 'retry-after': '30' } };
    expect((await deliver({})).verdict).not.toHaveProperty('afterMs');
  });

  it('on a failure of the endpoint or the way to it is retry, with the code first', async () => {
    const gone = await startReceiver(() => {});
    await gone.close();
    const { verdict } = await attempt({ endpoint: { target: `${gone.origin}/webhook` } });
    expect(verdict).toEqual({ type: 'retry', reason: 'refused: the endpoint refused the connection (ECONNREFUSED)' });
  });

  it('on an attempt that we gave up, or that this machine had no room for, is abstained: it spends no retry', async () => {
    expect((await attempt({}, AbortSignal.abort())).verdict).toMatchObject({ type: 'abstained' });
    const failure = { code: 'local_limit', message: 'out of ports' };
    const none = { status: null, body: null, retryAfter: null, failure };
    expect(destination().classify(none, NOW)).toEqual({ type: 'abstained', reason: 'local_limit: out of ports' });
  });
});

describe('an attempt that can never be made is told so before it is made', () => {
  it.each<[string, Partial<CurrentEndpoint>, RegExp]>([
    ['BEARER without a token', { authType: 'BEARER' }, /no bearer token; set one/],
    ['a token that no header carries', { authType: 'BEARER', bearerToken: 'a\r\nX-Evil: 1' }, /cannot carry/],
    ['a signed endpoint', { authType: 'SIGNATURE_RSA_SHA256' }, /has no active signing key; make one/],
    ['a target that is no URL', { target: 'receiver' }, /is not a URL/],
    ['a target of another scheme', { target: 'ftp://127.0.0.1/' }, /scheme is ftp/],
  ])('%s', (_, endpoint, words) => {
    const rendering = (): unknown => destination().render(input({ endpoint }));
    expect(rendering).toThrow(UnrenderableError);
    expect(rendering).toThrow(words);
  });

  it('a target that is private, or not over TLS, where that is not allowed', () => {
    const strict = createCustomDestination({
      http,
      targets: { allowHttp: false, allowPrivate: false },
      userAgent: 'x',
    });
    expect(() => strict.render(input({}))).toThrow(/only https/);
    expect(() => strict.render(input({ endpoint: { target: 'https://127.0.0.1/' } }))).toThrow(/private or reserved/);
    expect(strict.render(input({ endpoint: { target: 'https://example.com/a' } }))).toMatchObject({ path: '/a' });
  });
});

const NOW = Date.UTC(2026, 4, 12, 10, 24, 0);

interface Given {
  readonly job?: Job;
  readonly endpoint?: Partial<CurrentEndpoint>;
  readonly attempt?: number;
}

function destination(): ReturnType<typeof createCustomDestination> {
  return createCustomDestination({
    http,
    targets: { allowHttp: true, allowPrivate: true },
    userAgent: 'Recho-Notify/1.2.3',
  });
}

function input({ job = JOB, endpoint = {}, attempt: number = 1 }: Given): AttemptInput {
  return {
    job,
    endpoint: {
      id: job.endpoint.id,
      projectId: job.event.projectId,
      target: `${receiver.origin}/webhook`,
      authType: job.authType,
      enabled: true,
      bearerToken: job.authType === 'BEARER' ? 'token' : null,
      signingKey: null,
      ...endpoint,
    },
    attempt: number,
    traceparent: TRACEPARENT,
  };
}

async function attempt(given: Given, signal = never): Promise<{ verdict: Verdict }> {
  const room = destination();
  return { verdict: room.classify(await room.send(room.render(input(given)), { signal, mayStart: () => true }), NOW) };
}

/** An attempt that arrives, with what arrived. */
async function deliver(given: Given): Promise<{ verdict: Verdict; request: Received }> {
  const { verdict } = await attempt(given);
  return { verdict, request: receiver.received.at(-1)! };
}
