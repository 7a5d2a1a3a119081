import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startApi, startApiWithDatabase, type ApiWithDatabase } from '../../../test/integration/running-api.js';
import type { Endpoint, ShownEndpoint } from './endpoint.schemas.js';

/*
 * Endpoints, their triggers and their credentials over HTTP, on a real Postgres. Oracles: what the API answers later, and
 * what stands in the database.
 */

let api: ApiWithDatabase;
let projectId: string;
let base: string;
const CUSTOM = { name: 'CRM', endpointType: 'CUSTOM', target: 'https://example.com/hook' };
/** Nothing was heard of it yet. */
const UNKNOWN = { breaker: 'closed', since: null, reason: null, nextProbeAt: null, share: null };
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

beforeAll(async () => {
  api = await startApiWithDatabase();
  projectId = await newProject();
  base = `/v1/projects/${projectId}`;
}, 60_000);
afterAll(() => api?.close());

async function newProject(): Promise<string> {
  return (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' })).body.id;
}

async function newEndpoint(more: object = {}, project = projectId): Promise<Endpoint> {
  const path = `/v1/projects/${project}/endpoints`;
  const { status, body } = await api.call<Endpoint>('POST', path, { ...CUSTOM, ...more });
  expect(status).toBe(201);
  return body;
}

async function versionOf(): Promise<number> {
  return (await api.sql<{ version: number }>('SELECT version::int FROM settings_version'))[0]!.version;
}

describe('an endpoint', () => {
  it('whose breaker is open is shown so, and listed; others are not listed', async () => {
    const [{ id }] = [await newEndpoint(), await newEndpoint()];
    const row = `'${id}', now(), 'open', '${projectId}', now(), 'why', now(), 1, 64`;
    await api.sql(`INSERT INTO endpoint_breakers VALUES (${row})`);
    const { health } = (await api.call<ShownEndpoint>('GET', `${base}/endpoints/${id}`)).body;
    expect(health).toMatchObject({ breaker: 'open', reason: 'why', share: 1, nextProbeAt: health.since });
    const listed = { ...health, endpointId: id, endpointName: 'CRM', wholeShare: 64, waitingCalls: 0 };
    expect((await api.call('GET', `${base}/endpoints/impaired`)).body).toEqual({ items: [listed] });
  });

  it('is created with what is usual, and shown as it was created', async () => {
    const endpoint = await newEndpoint();
    expect(endpoint).toEqual({
      ...CUSTOM,
      ...{ id: expect.any(String), projectId, authType: 'NONE', contentKey: null, enabled: true },
      ...{ createdAt: expect.stringMatching(TIME), updatedAt: expect.stringMatching(TIME) },
    });
    expect((await api.call('GET', `${base}/endpoints/${endpoint.id}`)).body).toEqual({ ...endpoint, health: UNKNOWN });
  });

  it('is changed field by field, and says when', async () => {
    const endpoint = await newEndpoint({ contentKey: 'k', authType: 'BEARER' });
    const changed = await api.call<Endpoint>('PATCH', `${base}/endpoints/${endpoint.id}`, { enabled: false });
    expect(changed.status).toBe(200);
    const { updatedAt, ...rest } = changed.body;
    expect(rest).toEqual({ ...endpoint, enabled: false, updatedAt: undefined });
    expect(updatedAt >= endpoint.updatedAt).toBe(true);
    const cleared = await api.call('PATCH', `${base}/endpoints/${endpoint.id}`, { contentKey: null, name: 'New' });
    expect(cleared.body).toMatchObject({ contentKey: null, name: 'New', enabled: false, authType: 'BEARER' });
  });

  it.each([
    [{ endpointType: 'SLACK', authType: 'BEARER' }, /^authType is BEARER, which is for CUSTOM endpoints; use NONE/],
    [{ endpointType: 'TEAMS', target: 'http://example.com' }, /^target is refused: the target's scheme is http/],
    [{ endpointType: 'EMAIL' }, /^target is refused: .* use name@example.com/],
    [{ endpointType: 'FAX' }, /^endpointType must be one of SLACK, TEAMS, EMAIL, CUSTOM$/],
    [{ authType: 'BASIC' }, /^authType must be one of NONE, BEARER, SIGNATURE_RSA_SHA256$/],
    [{ target: 'not a url' }, /^target is refused: the target "not a url" is not a URL/],
    [{ target: 'http://example.com' }, /only https is delivered to/],
    [{ target: 'https://user:pass@example.com' }, /carries credentials/],
    [{ target: 'https://127.0.0.1/x' }, /private or reserved address/],
    [{ target: 'https://169.254.169.254/latest/meta-data' }, /private or reserved address/],
    [{ target: 'https://[::ffff:10.0.0.1]/' }, /private or reserved address/],
    [{ target: '' }, /^target is empty/],
    [{ target: `https://example.com/${'x'.repeat(2048)}` }, /^target has more than 2048 characters/],
    [{ contentKey: 'x'.repeat(1025) }, /^contentKey has more than 1024 characters/],
    [{ contentKey: 'a\0' }, /^contentKey holds U\+0000/],
    [{ enabled: 'yes' }, /^enabled must be true or false$/],
    [{ authtype: 'BEARER' }, /^authtype is not known here; check its spelling/],
  ])('is refused in words, when it is created and when it is changed: %j', async (more, detail) => {
    const created = await api.call<{ detail: string }>('POST', `${base}/endpoints`, { ...CUSTOM, ...more });
    expect([created.status, created.body.detail]).toEqual([422, expect.stringMatching(detail)]);
    if ('endpointType' in more) return;
    const endpoint = await newEndpoint();
    const changed = await api.call<{ detail: string }>('PATCH', `${base}/endpoints/${endpoint.id}`, more);
    expect([changed.status, changed.body.detail]).toEqual([422, expect.stringMatching(detail)]);
    expect((await api.call('GET', `${base}/endpoints/${endpoint.id}`)).body).toEqual({ ...endpoint, health: UNKNOWN });
  });

  it('may have a plain and private target where the settings allow it', async () => {
    const allowed = { ALLOW_HTTP_TARGETS: 'true', ALLOW_PRIVATE_TARGETS: 'true' };
    const other = await startApi({ DATABASE_URL: api.database, KAFKA_BROKERS: '127.0.0.1:1', ...allowed });
    const create = () =>
      other.call('POST', `${base}/endpoints`, { ...CUSTOM, target: 'http://127.0.0.1:3000/webhook' });
    // Kafka is not needed for it, and is not there.
    let status = 503;
    while (status === 503) ({ status } = await create());
    expect(status).toBe(201);
    await other.close();
  });

  it("is nobody's but its project's", async () => {
    const endpoint = await newEndpoint();
    const foreign = `/v1/projects/${await newProject()}/endpoints/${endpoint.id}`;
    for (const [method, path, body] of [
      ['GET', foreign],
      ['PATCH', foreign, { name: 'X' }],
      ['DELETE', foreign],
      ['GET', `${foreign}/credentials/bearer`],
      ['PUT', `${foreign}/credentials/bearer`, {}],
      ['DELETE', `${foreign}/credentials/bearer`],
      ['POST', `${foreign}/test`],
    ] as const) {
      expect([method, path, (await api.call(method, path, body)).status]).toEqual([method, path, 404]);
    }
    expect((await api.call('GET', `${base}/endpoints/${endpoint.id}`)).body).toEqual({ ...endpoint, health: UNKNOWN });
  });

  it('needs a project', async () => {
    for (const [method, body] of [['POST', CUSTOM], ['GET']] as const) {
      expect((await api.call(method, `/v1/projects/${randomUUID()}/endpoints`, body)).status).toBe(404);
    }
  });

  it('takes its triggers and its token with it', async () => {
    const { id } = await newEndpoint();
    await api.call('PUT', `${base}/endpoints/${id}/credentials/bearer`);
    await api.call('PUT', `${base}/triggers`, { triggers: { INBOUND_CALL_ERROR: [id] } });
    const left = async () =>
      api.sql(
        `SELECT (SELECT count(*)::int FROM triggers WHERE endpoint_id = $1) AS triggers,
           (SELECT count(*)::int FROM bearer_tokens WHERE endpoint_id = $1) AS tokens`,
        [id],
      );
    expect(await left()).toEqual([{ triggers: 1, tokens: 1 }]);
    expect((await api.call('DELETE', `${base}/endpoints/${id}`)).status).toBe(204);
    expect(await left()).toEqual([{ triggers: 0, tokens: 0 }]);
    expect((await api.call('GET', `${base}/endpoints/${id}`)).status).toBe(404);
  });

  it('goes with its project', async () => {
    const project = await newProject();
    const { id } = await newEndpoint({}, project);
    await api.call('DELETE', `/v1/projects/${project}`);
    expect(await api.sql('SELECT * FROM endpoints WHERE id = $1', [id])).toEqual([]);
  });

  it('is listed, page by page, oldest first', async () => {
    const project = await newProject();
    const made: string[] = [];
    for (let i = 0; i < 3; i += 1) made.push((await newEndpoint({}, project)).id);
    const path = `/v1/projects/${project}/endpoints?limit=2`;
    const first = await api.call<{ items: Endpoint[]; nextCursor: string }>('GET', path);
    const second = await api.call<{ items: Endpoint[] }>('GET', `${path}&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(made);
    expect(second.body).toMatchObject({ nextCursor: null });
  });
});

describe('a bearer token', () => {
  it('is set, revealed, replaced and deleted', async () => {
    const { id } = await newEndpoint({ authType: 'BEARER' });
    const path = `${base}/endpoints/${id}/credentials/bearer`;
    expect(await api.call('GET', path)).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('PUT') },
    });
    const set = await api.call('PUT', path, { token: 'secret-1' });
    expect(set).toMatchObject({ status: 200, body: { token: 'secret-1', updatedAt: expect.stringMatching(TIME) } });
    expect((await api.call('GET', path)).body).toEqual(set.body);
    await api.call('PUT', path, { token: 'secret-2' });
    expect((await api.call('GET', path)).body).toMatchObject({ token: 'secret-2' });
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await api.call('GET', path)).status).toBe(404);
    expect((await api.call('DELETE', path)).status).toBe(404);
  });

  it('is made when none is given, another one each time', async () => {
    const path = `${base}/endpoints/${(await newEndpoint()).id}/credentials/bearer`;
    const tokens = [await api.call('PUT', path), await api.call('PUT', path, {})].map(({ body }) =>
      String(body['token']),
    );
    expect(tokens).toEqual([expect.stringMatching(/^[\w-]{43}$/), expect.stringMatching(/^[\w-]{43}$/)]);
    expect(tokens[0]).not.toBe(tokens[1]);
  });

  it('is sealed in the database', async () => {
    const { id } = await newEndpoint();
    await api.call('PUT', `${base}/endpoints/${id}/credentials/bearer`, { token: 'plain-secret' });
    const [row] = await api.sql<{ sealed: string }>('SELECT sealed FROM bearer_tokens WHERE endpoint_id = $1', [id]);
    expect(row?.sealed).toMatch(/^v1\./);
    expect(row?.sealed).not.toContain('plain-secret');
  });

  it.each(['', 'two words', 'ümlaut', 'line\nbreak', 'x'.repeat(4097)])(
    'that a header cannot carry is refused: %j',
    async (token) => {
      const path = `${base}/endpoints/${(await newEndpoint()).id}/credentials/bearer`;
      expect(await api.call('PUT', path, { token })).toMatchObject({
        status: 422,
        body: { detail: expect.stringMatching(/^token (is|has|holds) /) },
      });
      expect((await api.call('GET', path)).status).toBe(404);
    },
  );
});

describe('triggers', () => {
  it('are a whole map: every event type is shown, and what is left out goes nowhere', async () => {
    const project = await newProject();
    const path = `/v1/projects/${project}/triggers`;
    const [a, b] = [(await newEndpoint({}, project)).id, (await newEndpoint({}, project)).id];
    type Body = { triggers: Record<string, string[]> };
    const before = await api.call<Body>('GET', path);
    expect(Object.keys(before.body.triggers)).toHaveLength(18);
    expect(Object.values(before.body.triggers).flat()).toEqual([]);

    const both = { OUTBOUND_CALL_ERROR: [b, a, a], INBOUND_CALL_ERROR: [a.toUpperCase()] };
    const set = await api.call<Body>('PUT', path, { triggers: both });
    expect(set.status).toBe(200);
    expect(set.body.triggers).toMatchObject({ OUTBOUND_CALL_ERROR: [a, b], INBOUND_CALL_ERROR: [a] });
    expect((await api.call('GET', path)).body).toEqual(set.body);

    const replaced = await api.call<Body>('PUT', path, { triggers: { INBOUND_CALL_ERROR: [b] } });
    expect(replaced.body.triggers).toMatchObject({ OUTBOUND_CALL_ERROR: [], INBOUND_CALL_ERROR: [b] });
  });

  it('of an unknown type, or to a foreign endpoint, are refused by name, and the old ones stay', async () => {
    const project = await newProject();
    const path = `/v1/projects/${project}/triggers`;
    const own = (await newEndpoint({}, project)).id;
    const foreign = (await newEndpoint()).id;
    const set = await api.call('PUT', path, { triggers: { INBOUND_CALL_ERROR: [own] } });
    for (const [triggers, detail] of [
      [
        { INBOUND_CALL_LOST: [own] },
        'triggers.INBOUND_CALL_LOST is not known here; check its spelling, or leave it out',
      ],
      [
        { INBOUND_CALL_ERROR: [own, foreign] },
        `triggers.INBOUND_CALL_ERROR names ${foreign}, which is not an endpoint of this project`,
      ],
      [{ INBOUND_CALL_ERROR: ['me'] }, 'triggers.INBOUND_CALL_ERROR[0] is not a UUID'],
      [{ INBOUND_CALL_ERROR: own }, 'triggers.INBOUND_CALL_ERROR must be an array'],
      [undefined, 'triggers is missing; it is required'],
    ] as const) {
      expect(await api.call('PUT', path, { triggers })).toMatchObject({ status: 422, body: { detail } });
    }
    expect((await api.call('GET', path)).body).toEqual(set.body);
  });

  it('need a project', async () => {
    const path = `/v1/projects/${randomUUID()}/triggers`;
    expect((await api.call('GET', path)).status).toBe(404);
    expect((await api.call('PUT', path, { triggers: {} })).status).toBe(404);
  });

  it('come from the catalogue, which is shown with its labels', async () => {
    const { body } = await api.call<{ items: unknown[]; nextCursor: null }>('GET', '/v1/event-types');
    expect(body.items).toHaveLength(18);
    expect(body.items[9]).toEqual({ eventType: 'OUTBOUND_CALL_UNREACHABLE', label: 'Unreachable' });
    expect(body.nextCursor).toBeNull();
  });
});

describe('a change', () => {
  it('of anything gives the settings a new version, so that the router hears of it; looking does not', async () => {
    const versions = [await versionOf()];
    const step = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
      const answer = await api.call(method, path, body);
      expect([method, path, answer.status < 300]).toEqual([method, path, true]);
      versions.push(await versionOf());
      return answer.body;
    };
    const project = String((await step('POST', '/v1/projects', { name: 'V' }))['id']);
    const path = `/v1/projects/${project}`;
    await step('PATCH', path, { name: 'W' });
    const endpoint = String((await step('POST', `${path}/endpoints`, CUSTOM))['id']);
    await step('PATCH', `${path}/endpoints/${endpoint}`, { enabled: false });
    await step('PUT', `${path}/triggers`, { triggers: {} });
    await step('PUT', `${path}/endpoints/${endpoint}/credentials/bearer`);
    await step('DELETE', `${path}/endpoints/${endpoint}/credentials/bearer`);
    await step('DELETE', `${path}/endpoints/${endpoint}`);
    await step('DELETE', path);
    expect(versions).toEqual(versions.map((_, index) => versions[0]! + index));
    await api.call('GET', '/v1/projects');
    expect(await versionOf()).toBe(versions.at(-1));
  });
});
