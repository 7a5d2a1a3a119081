import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createPublicKey, generateKeyPairSync, verify, type KeyObject } from 'node:crypto';
import { createHttp, type CurrentEndpoint, type Http } from '#libs/delivery';
import { startReceiver, type Received } from '#libs/testkit';
import { GOLDEN_JOBS } from '../../libs/contracts/golden/jobs.js';
import { createCustomDestination } from './custom.destination.js';

/*
 * Signatures as the public contract has them. Oracle: node:crypto's verification, over the bytes that a receiver took,
 * with the public key as it is shown to customers (SPKI PEM).
 */

const JOB = GOLDEN_JOBS.OUTBOUND_CALL_UNREACHABLE;
const NOW = Date.UTC(2026, 4, 12, 10, 24, 1, 999);
const lasting = { signal: new AbortController().signal, mayStart: () => true };

let http: Http;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let privateKey: KeyObject;
let publicKeyPem: string;
let now: number;
beforeAll(async () => {
  http = createHttp({ timeoutMs: 5000, isAllowed: () => true });
  receiver = await startReceiver((_, response) => response.end());
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  privateKey = pair.privateKey;
  publicKeyPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
});
beforeEach(() => {
  now = NOW;
});
afterAll(async () => {
  await http.close();
  await receiver.close();
});

async function deliver(attempt = 1): Promise<Received> {
  const targets = { allowHttp: true, allowPrivate: true };
  const room = createCustomDestination({ http, targets, userAgent: 'x', now: () => now });
  const endpoint: CurrentEndpoint = {
    id: JOB.endpoint.id,
    projectId: JOB.event.projectId,
    target: `${receiver.origin}/webhook`,
    authType: 'SIGNATURE_RSA_SHA256',
    enabled: true,
    bearerToken: null,
    signingKey: { id: 'a3000000-0000-4000-8000-000000000001', privateKey },
  };
  await room.send(room.render({ job: JOB, endpoint, attempt, traceparent: 'x' }), lasting);
  return receiver.received.at(-1)!;
}

function isGenuine({ headers, body }: Pick<Received, 'headers' | 'body'>): boolean {
  const bytes = Buffer.concat([Buffer.from(`${String(headers['x-recho-timestamp'])}.`), body]);
  const signature = Buffer.from(String(headers['x-recho-signature']), 'base64');
  return verify('sha256', bytes, createPublicKey(publicKeyPem), signature);
}

describe('a signed request', () => {
  it('is verified with the public key over the timestamp, a full stop, and the bytes that arrived', async () => {
    const request = await deliver();
    expect(isGenuine(request)).toBe(true);
    expect(request.headers).toMatchObject({
      'x-recho-timestamp': '1778581441',
      'x-recho-key-id': 'a3000000-0000-4000-8000-000000000001',
      'x-recho-signature': expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/),
    });
    expect(request.headers).not.toHaveProperty('authorization');
    expect(JSON.parse(request.body.toString())).toMatchObject({ authConfig: { authType: 'SIGNATURE_RSA_SHA256' } });
  });

  it('is not, with one byte changed, or another timestamp', async () => {
    const { headers, body } = await deliver();
    const changed = Buffer.from(body);
    changed[changed.length - 2]! ^= 1;
    expect(isGenuine({ headers, body: changed })).toBe(false);
    expect(isGenuine({ headers: { ...headers, 'x-recho-timestamp': '1778581442' }, body })).toBe(false);
  });

  it('is signed afresh with each attempt, however late that comes', async () => {
    await deliver();
    now += 1_215_000;
    const later = await deliver(7);
    expect([later.headers['x-recho-timestamp'], isGenuine(later)]).toEqual(['1778582656', true]);
  });

  it('is not sent when the attempt was given up while it was signed', async () => {
    const before = receiver.received.length;
    const drain = new AbortController();
    const targets = { allowHttp: true, allowPrivate: true };
    const room = createCustomDestination({ http, targets, userAgent: 'x' });
    const signingKey = { id: 'k', privateKey };
    const post = { origin: receiver.origin, path: '/', headers: [], body: Buffer.from('{}'), signingKey };
    const answer = room.send(post, { signal: drain.signal, mayStart: () => true });
    drain.abort();
    expect(await answer).toMatchObject({ failure: { code: 'aborted' } });
    await deliver(); // and what comes after it is the first that arrives
    expect(receiver.received).toHaveLength(before + 1);
  });
});
