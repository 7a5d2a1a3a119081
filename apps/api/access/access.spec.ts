import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { waitFor } from '#libs/testkit';
import { startApiWithDatabase, type Answer, type ApiWithDatabase } from '../../../test/integration/running-api.js';
import { allRoutes, type Route } from '../openapi/openapi.js';
import type { ApiKey, KeyRole, MadeApiKey } from './api-key.schemas.js';

/*
 * Who may do what, over HTTP, on a real Postgres. Oracles: the API's answers for every route that there is, and what
 * stands in the database.
 */

let api: ApiWithDatabase;
let own: Stage;
let other: Stage;

/** A project with something of each kind that a path can name. */
interface Stage {
  readonly projectId: string;
  readonly ids: Readonly<Record<string, string>>;
  readonly admin: MadeApiKey;
  readonly read: MadeApiKey;
}

beforeAll(async () => {
  api = await startApiWithDatabase();
  [own, other] = [await stage('Own'), await stage('Other')];
}, 60_000);
afterAll(() => api?.close());

async function stage(name: string): Promise<Stage> {
  const { id: projectId } = await make<{ id: string }>('/v1/projects', { name });
  const base = `/v1/projects/${projectId}`;
  const target = 'https://example.com/hook';
  const endpoint = await make<{ id: string }>(`${base}/endpoints`, { name, endpointType: 'CUSTOM', target });
  await api.call('PUT', `${base}/endpoints/${endpoint.id}/credentials/bearer`, { token: 'the-bearer-token' });
  const redrive = await make<{ redriveId: string }>(`${base}/dead-letters/redrive`, {});
  const [admin, read] = [await newKey(projectId, 'admin'), await newKey(projectId, 'read')];
  const ids = { projectId, endpointId: endpoint.id, keyId: read.id, redriveId: redrive.redriveId, callId: 'call-1' };
  return { projectId, ids, admin, read };
}

async function make<Body>(path: string, body: object): Promise<Body> {
  const answer = await api.call<Body>('POST', path, body);
  expect([path, answer.status < 300]).toEqual([path, true]);
  return answer.body;
}

function newKey(projectId: string, role: KeyRole, name = role as string): Promise<MadeApiKey> {
  return make<MadeApiKey>(`/v1/projects/${projectId}/api-keys`, { name, role });
}

function as<Body = Record<string, unknown>>(
  { key }: { readonly key: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<Body>> {
  return api.call<Body>(method, path, body, { authorization: `Bearer ${key}` });
}

function pathOf({ path }: Route, ids: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? randomUUID());
}

const OF_A_PROJECT = allRoutes().filter(({ path }) => path.includes('{projectId}'));
const named = (routes: readonly Route[]) => routes.map((route) => [`${route.method} ${route.path}`, route] as const);

describe("another project's", () => {
  it.each(named(OF_A_PROJECT))('%s is as if there were no such project', async (_, route) => {
    const method = route.method.toUpperCase();
    const nobody = randomUUID();
    for (const key of [own.admin, own.read]) {
      const foreign = await as(key, method, pathOf(route, other.ids));
      const none = await as(key, method, pathOf(route, { ...other.ids, projectId: nobody }));
      expect([foreign.status, none.status]).toEqual([404, 404]);
      expect(foreign.text.replaceAll(other.projectId, nobody)).toBe(none.text);
    }
  });

  it('things are not to be had by the path of the own project either', async () => {
    const path = `/v1/projects/${own.projectId}/endpoints/${other.ids['endpointId']}`;
    expect((await as(own.admin, 'GET', path)).status).toBe(404);
    expect((await as(own.admin, 'GET', `${path}/credentials/bearer`)).status).toBe(404);
    expect((await as(own.admin, 'DELETE', `/v1/projects/${own.projectId}/api-keys/${other.admin.id}`)).status).toBe(
      404,
    );
    expect((await as(other.admin, 'GET', `/v1/projects/${other.projectId}`)).status).toBe(200);
  });

  it('id in capital letters is another spelling, and no way around', async () => {
    expect((await as(own.read, 'GET', `/v1/projects/${own.projectId.toUpperCase()}/endpoints`)).status).toBe(200);
    expect((await as(own.read, 'GET', `/v1/projects/${other.projectId.toUpperCase()}/endpoints`)).status).toBe(404);
  });
});

describe('a key that may read', () => {
  const mayRead = (route: Route) => route.method === 'get' || route.path.endsWith('/preview');
  const revealing = ({ path, method }: Route) => method === 'get' && /\/credentials\/bearer$|\/audit$/.test(path);

  it.each(named(OF_A_PROJECT.filter((route) => !mayRead(route))))('may not %s', async (_, route) => {
    const answer = await as(own.read, route.method.toUpperCase(), pathOf(route, own.ids));
    expect(answer).toMatchObject({ status: 403, body: { type: 'urn:recho:problem:forbidden' } });
    expect(answer.body['detail']).toMatch(/admin/);
  });

  it.each(named(OF_A_PROJECT.filter(revealing)))('may not %s, and one that may do more may', async (_, route) => {
    expect(await as(own.read, 'GET', pathOf(route, own.ids))).toMatchObject({ status: 403 });
    expect(await as(own.admin, 'GET', pathOf(route, own.ids))).toMatchObject({ status: 200 });
  });

  it.each(named(OF_A_PROJECT.filter((route) => mayRead(route) && !revealing(route))))('may %s', async (_, route) => {
    const answer = await as(own.read, route.method.toUpperCase(), pathOf(route, own.ids));
    expect([401, 403, 500]).not.toContain(answer.status);
  });
});

describe('a key that may do more', () => {
  it('makes and changes what is in its project', async () => {
    const path = `/v1/projects/${own.projectId}/endpoints/${own.ids['endpointId']}`;
    expect(await as(own.admin, 'PATCH', path, { name: 'Changed' })).toMatchObject({ status: 200 });
  });

  it.each([
    ['POST', '/v1/projects', { name: 'Mine' }],
    ['GET', '/v1/projects', undefined],
    ['PATCH', '{own}', { name: 'Mine' }],
    ['DELETE', '{own}', undefined],
  ])('may not %s %s: that takes the admin token', async (method, path, body) => {
    const answer = await as(own.admin, method, path.replace('{own}', `/v1/projects/${own.projectId}`), body);
    expect(answer).toMatchObject({ status: 403, body: { type: 'urn:recho:problem:forbidden' } });
    expect(answer.body['detail']).toMatch(/admin token/);
  });

  it('sees its project and the event types', async () => {
    expect((await as(own.admin, 'GET', `/v1/projects/${own.projectId}`)).body).toMatchObject({ name: 'Own' });
    expect((await as(own.read, 'GET', '/v1/event-types')).status).toBe(200);
  });
});

describe('an API key', () => {
  it('is shown once, and is in no list and nowhere in the database', async () => {
    const { key, ...rest } = await newKey(own.projectId, 'read', 'Dashboard');
    expect(key).toMatch(/^rk_[\w-]{43}$/);
    expect(rest).toMatchObject({ name: 'Dashboard', role: 'read', lastUsedAt: null });
    expect(key.startsWith(rest.hint)).toBe(true);
    const listed = await api.call<{ items: ApiKey[] }>('GET', `/v1/projects/${own.projectId}/api-keys`);
    expect(listed.body.items).toContainEqual(rest);
    expect(listed.text).not.toContain(key);
    for (const table of ['api_keys', 'audit_log']) {
      const rows = await api.sql<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
      expect(rows.filter(({ row }) => row.includes(key.slice(rest.hint.length)))).toEqual([]);
    }
    const [found] = await api.sql(`SELECT 1 AS is FROM api_keys WHERE hash = sha256($1::text::bytea)`, [key]);
    expect(found).toEqual({ is: 1 });
  });

  it("is nobody's once it is revoked, at once", async () => {
    const key = await newKey(own.projectId, 'admin');
    const path = `/v1/projects/${own.projectId}`;
    expect((await as(key, 'GET', path)).status).toBe(200);
    expect((await as(own.admin, 'DELETE', `${path}/api-keys/${key.id}`)).status).toBe(204);
    const refused = await as(key, 'GET', path);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await as(own.admin, 'DELETE', `${path}/api-keys/${key.id}`)).status).toBe(404);
  });

  it('that was guessed, or cut, is refused', async () => {
    for (const key of [`rk_${'A'.repeat(43)}`, own.admin.key.slice(0, -1), `${own.admin.key}x`, own.admin.id]) {
      expect((await as({ key }, 'GET', `/v1/projects/${own.projectId}`)).status).toBe(401);
    }
  });

  it('tells when it was used, and writes that once a minute', async () => {
    const key = await newKey(own.projectId, 'read');
    const path = `/v1/projects/${own.projectId}`;
    const used = async () =>
      (await api.sql<{ at: string }>('SELECT last_used_at::text AS at FROM api_keys WHERE id = $1', [key.id]))[0]?.at;
    await as(key, 'GET', path);
    const first = await waitFor('the use to be written', async () => (await used()) ?? false);
    await as(key, 'GET', path);
    expect(await used()).toBe(first);
    await api.sql(`UPDATE api_keys SET last_used_at = now() - interval '61 seconds' WHERE id = $1`, [key.id]);
    const past = await used();
    await as(key, 'GET', path);
    await waitFor('the next use to be written', async () => (await used()) !== past);
  });

  it.each([
    [{ name: 'X' }, /^role must be one of admin, read$/],
    [{ name: 'X', role: 'owner' }, /^role must be one of admin, read$/],
    [{ role: 'read' }, /^name is missing/],
  ])('is refused in words: %j', async (body, detail) => {
    const answer = await api.call<{ detail: string }>('POST', `/v1/projects/${own.projectId}/api-keys`, body);
    expect([answer.status, answer.body.detail]).toEqual([422, expect.stringMatching(detail)]);
  });

  it('needs a project, and goes with it', async () => {
    expect((await api.call('POST', `/v1/projects/${randomUUID()}/api-keys`, { name: 'X', role: 'read' })).status).toBe(
      404,
    );
    const { id } = await make<{ id: string }>('/v1/projects', { name: 'Gone' });
    const key = await newKey(id, 'admin');
    expect((await as(key, 'GET', `/v1/projects/${id}`)).status).toBe(200);
    await api.call('DELETE', `/v1/projects/${id}`);
    expect((await as(key, 'GET', `/v1/projects/${id}`)).status).toBe(401);
  });
});
