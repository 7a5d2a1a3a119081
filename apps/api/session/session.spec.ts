import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { sharedKafka } from '#libs/testkit';
import {
  startApi,
  startApiWithDatabase,
  ADMIN_TOKEN,
  type ApiWithDatabase,
} from '../../../test/integration/running-api.js';
import type { MadeApiKey } from '../access/api-key.schemas.js';
import type { Session } from './session.schemas.js';
import { SignInLimit } from './sign-in-limit.js';

/* Signing in over HTTP, on a real Postgres. Oracles: the API's answers and their cookies, and what stands in the database. */

let api: ApiWithDatabase;
let projectId: string;
let path: string;
let admin: MadeApiKey;
let read: MadeApiKey;

beforeAll(async () => {
  api = await startApiWithDatabase();
  projectId = (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'Own' })).body.id;
  path = `/v1/projects/${projectId}`;
  [admin, read] = [await newKey('admin'), await newKey('read')];
}, 60_000);
afterAll(() => api?.close());

async function newKey(role: 'admin' | 'read', of = path): Promise<MadeApiKey> {
  return (await api.call<MadeApiKey>('POST', `${of}/api-keys`, { name: `A key to ${role}`, role })).body;
}

/** No token: a header that is empty counts as none. */
const NO_TOKEN = { authorization: '' };

const signIn = (key: string, headers: Readonly<Record<string, string>> = {}) =>
  api.call<Session>('POST', '/v1/session', { key }, { ...NO_TOKEN, ...headers });

/** As a browser sends it. */
interface SignedIn {
  readonly cookie: string;
  readonly csrf: string;
}

async function signedIn(key: string): Promise<SignedIn> {
  const { headers, body } = await signIn(key);
  return { cookie: headers.get('set-cookie')!.split(';')[0]!, csrf: body.csrfToken };
}

const as = ({ cookie, csrf }: SignedIn, method: string, url: string, body?: unknown) =>
  api.call<Record<string, unknown>>(method, url, body, { ...NO_TOKEN, cookie, 'x-recho-csrf': csrf });

const whether = async (session: SignedIn) => (await as(session, 'GET', '/v1/session')).status;

describe('a session', () => {
  it('says whose rights it has, until when, and has a cookie that no script and no other site can use', async () => {
    const before = Date.now();
    const sessions = [await signIn(ADMIN_TOKEN), await signIn(admin.key), await signIn(read.key)];
    const project = { id: projectId, name: 'Own' };
    expect(
      sessions.map(({ status, body: { role, project, keyName } }) => ({ status, role, project, keyName })),
    ).toEqual([
      { status: 200, role: 'operator', project: null, keyName: null },
      { status: 200, role: 'admin', project, keyName: admin.name },
      { status: 200, role: 'read', project, keyName: read.name },
    ]);
    for (const { body, headers } of sessions) {
      const lasts = Date.parse(body.expiresAt) - before;
      expect(body.traceUrl).toBeNull();
      expect([lasts > 43_195_000, lasts < 43_260_000]).toEqual([true, true]);
      const cookie = headers.get('set-cookie')!;
      expect(cookie).toMatch(/^recho_session=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200; Secure$/);
      const shown = await api.call('GET', '/v1/session', undefined, { ...NO_TOKEN, cookie: cookie.split(';')[0]! });
      expect(shown).toMatchObject({ status: 200, body });
    }
  });

  it.each([
    ['http://127.0.0.1:8080', false],
    ['https://notify.example.com', true],
    ['null', true],
  ])('of a page from %s has a Secure cookie: %s', async (origin, secure) => {
    expect(/; Secure/.test((await signIn(read.key, { origin })).headers.get('set-cookie')!)).toBe(secure);
  });

  it('does what its key does, and no more', async () => {
    const [operator, reader, changer] = [
      await signedIn(ADMIN_TOKEN),
      await signedIn(read.key),
      await signedIn(admin.key),
    ];
    expect((await as(operator, 'GET', '/v1/projects')).status).toBe(200);
    expect((await as(changer, 'GET', '/v1/projects')).status).toBe(403);
    expect((await as(changer, 'GET', path)).status).toBe(200);
    const target = { name: 'E', endpointType: 'CUSTOM', target: 'https://example.com/hook' };
    expect((await as(reader, 'POST', `${path}/endpoints`, target)).status).toBe(403);
    expect((await as(changer, 'POST', `${path}/endpoints`, target)).status).toBe(201);
    const other = (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'Other' })).body.id;
    expect((await as(changer, 'GET', `/v1/projects/${other}`)).status).toBe(404);
    expect((await as(operator, 'GET', `/v1/projects/${other}`)).status).toBe(200);
  });

  it('changes nothing without its own csrfToken, and looking needs none; an Authorization header counts before it', async () => {
    const [session, another] = [await signedIn(admin.key), await signedIn(admin.key)];
    const make = (headers: Readonly<Record<string, string>>) =>
      api.call('POST', `${path}/endpoints`, { name: 'E', endpointType: 'EMAIL', target: 'a@example.com' }, headers);
    const { cookie, csrf } = session;
    const refused = { status: 403, body: { type: 'urn:recho:problem:csrf' } };
    expect(await make({ ...NO_TOKEN, cookie })).toMatchObject(refused);
    expect(await make({ ...NO_TOKEN, cookie, 'x-recho-csrf': another.csrf })).toMatchObject(refused);
    expect(await make({ ...NO_TOKEN, cookie, 'x-recho-csrf': csrf })).toMatchObject({ status: 201 });
    expect(await make({ authorization: `Bearer ${admin.key}`, cookie })).toMatchObject({ status: 201 });
    expect(await make({ authorization: `Bearer ${read.key}`, cookie, 'x-recho-csrf': csrf })).toMatchObject({
      status: 403,
      body: { type: 'urn:recho:problem:forbidden' },
    });
    expect((await api.call('GET', path, undefined, { ...NO_TOKEN, cookie })).status).toBe(200);
  });

  it('is kept as a hash alone, and the audit log says who came and went, and who changed what', async () => {
    const session = await signedIn(admin.key);
    expect((await as(session, 'POST', `${path}/api-keys`, { name: 'Made in it', role: 'read' })).status).toBe(201);
    expect((await as(session, 'DELETE', '/v1/session')).status).toBe(204);
    const audit = await api.call<{ items: object[] }>('GET', `${path}/audit?limit=3`);
    expect(audit.body.items).toMatchObject([
      { action: 'session.ended', actor: admin.name, actorId: admin.id },
      { action: 'api_key.created', actor: admin.name, actorId: admin.id },
      { action: 'session.created', actor: admin.name, actorId: admin.id },
    ]);
    const secret = session.cookie.split('=')[1]!;
    for (const table of ['sessions', 'audit_log']) {
      const rows = await api.sql<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.filter(({ row }) => row.includes(secret) || row.includes(session.csrf))).toEqual([]);
    }
    expect(await api.sql(`SELECT 1 FROM sessions WHERE hash = sha256($1::text::bytea)`, [secret])).toEqual([]);
  });
});

describe('the end of a session', () => {
  it('comes with signing out, for that one alone, and the browser forgets it', async () => {
    const [mine, another] = [await signedIn(read.key), await signedIn(read.key)];
    const out = await as(mine, 'DELETE', '/v1/session');
    expect([out.status, out.headers.get('set-cookie')]).toEqual([
      204,
      expect.stringMatching(/^recho_session=; .*Max-Age=0$/),
    ]);
    expect([await whether(mine), await whether(another)]).toEqual([401, 200]);
    const late = await as(mine, 'GET', path);
    expect([late.status, late.headers.get('set-cookie')]).toEqual([401, expect.stringMatching(/Max-Age=0/)]);
  });

  it('comes with its time, and the next one who signs in takes it away', async () => {
    const session = await signedIn(read.key);
    const left = async () => (await api.sql('SELECT 1 FROM sessions WHERE expires_at < now()')).length;
    expect(await whether(session)).toBe(200);
    await api.sql(`UPDATE sessions SET expires_at = now() - interval '1 second' WHERE id = (
      SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1)`);
    expect([await whether(session), await left()]).toEqual([401, 1]);
    expect((await signIn(read.key)).status).toBe(200);
    expect(await left()).toBe(0);
  });

  it('comes at once when its key is revoked, or its project deleted', async () => {
    const [gone, stays] = [await newKey('admin'), await newKey('admin')];
    const [ends, lasts] = [await signedIn(gone.key), await signedIn(stays.key)];
    expect([await whether(ends), await whether(lasts)]).toEqual([200, 200]);
    await api.call('DELETE', `${path}/api-keys/${gone.id}`);
    expect([await whether(ends), await whether(lasts)]).toEqual([401, 200]);

    const project = (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'Short-lived' })).body.id;
    const { key } = await newKey('read', `/v1/projects/${project}`);
    const session = await signedIn(key);
    expect(await whether(session)).toBe(200);
    await api.call('DELETE', `/v1/projects/${project}`);
    expect(await whether(session)).toBe(401);
  });

  it('comes when the admin token is replaced; another process with the same one knows it', async () => {
    const session = await signedIn(ADMIN_TOKEN);
    const env = { DATABASE_URL: api.database, KAFKA_BROKERS: await sharedKafka() };
    const traceUrl = 'http://jaeger:16686/trace/{traceId}';
    const others = [
      await startApi({ ...env, TRACE_URL: traceUrl }),
      await startApi({ ...env, ADMIN_TOKEN: 'another-token' }),
    ];
    try {
      await Promise.all(others.map((other) => other.untilReady()));
      const statuses = await Promise.all(
        others.map((other) => other.call('GET', '/v1/session', undefined, { ...NO_TOKEN, cookie: session.cookie })),
      );
      expect(statuses.map(({ status }) => status)).toEqual([200, 401]);
      // Where traces are looked at is a setting of each process.
      expect(statuses[0]!.body).toMatchObject({ traceUrl });
    } finally {
      await Promise.all(others.map((other) => other.close()));
    }
  });
});

describe('signing in', () => {
  /** From an address of its own. */
  const from = (localAddress: string, key: string): Promise<{ status: number; body: string; retryAfter: string }> =>
    new Promise((resolve, reject) => {
      const sent = request(`${api.url}/v1/session`, {
        method: 'POST',
        localAddress,
        headers: { 'content-type': 'application/json' },
      });
      sent.on('error', reject).on('response', (answer) => {
        let body = '';
        answer
          .on('data', (chunk) => (body += String(chunk)))
          .on('end', () =>
            resolve({ status: answer.statusCode!, body, retryAfter: String(answer.headers['retry-after']) }),
          );
      });
      sent.end(JSON.stringify({ key }));
    });

  it('is refused in the same words for a key that never was and one that was revoked, and sets no cookie', async () => {
    const { key, id } = await newKey('read');
    expect((await signIn(key)).status).toBe(200);
    await api.call('DELETE', `${path}/api-keys/${id}`);
    const [revoked, never] = [await signIn(key), await signIn(`rk_${'A'.repeat(43)}`)];
    expect([revoked.status, revoked.text]).toEqual([401, never.text]);
    expect([revoked.headers.get('set-cookie'), never.headers.get('set-cookie')]).toEqual([null, null]);
    expect(await signIn('')).toMatchObject({ status: 422, body: { detail: 'key is empty; give it a value' } });
  });

  it('is refused for a while after ten wrong keys from an address, whatever comes then; others are not held up', async () => {
    const guesses = await Promise.all(Array.from({ length: 30 }, (_, n) => from('127.0.0.2', `guess-${n}`)));
    const statuses = guesses.map(({ status }) => status);
    expect([
      statuses.filter((status) => status === 401).length,
      statuses.filter((status) => status === 429).length,
    ]).toEqual([10, 20]);
    const right = await from('127.0.0.2', ADMIN_TOKEN);
    expect([right.status, Number(right.retryAfter) > 0]).toEqual([429, true]);
    expect(right.body).toContain('urn:recho:problem:too_many_sign_ins');
    expect((await from('127.0.0.3', ADMIN_TOKEN)).status).toBe(200);
  });

  it('with the right key is not counted, nor is what fails by our fault; a minute later it is free again', async () => {
    let now = 1000;
    const limit = new SignInLimit(() => now);
    const wrong = () => limit.allow('a', () => Promise.resolve(null));
    const right = () => limit.allow('a', () => Promise.resolve('somebody'));
    for (let n = 0; n < 9; n += 1) expect(await wrong()).toBeNull();
    for (let n = 0; n < 20; n += 1) expect(await right()).toBe('somebody');
    await expect(limit.allow('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await wrong()).toBeNull();
    now += 59_999;
    await expect(right()).rejects.toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    now += 1;
    expect(await right()).toBe('somebody');
  });
});
