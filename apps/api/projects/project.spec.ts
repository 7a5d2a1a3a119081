import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startApiWithDatabase, type RunningApi } from '../../../test/integration/running-api.js';

/* Projects over HTTP, on a real Postgres. Oracle: what the API answers later. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let api: RunningApi;
beforeAll(async () => {
  api = await startApiWithDatabase();
}, 60_000);
afterAll(() => api?.close());

describe('a project', () => {
  it('is created with a name, and shown as it was created', async () => {
    const created = await api.call('POST', '/v1/projects', { name: '  Büro  ' });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: expect.stringMatching(UUID),
      name: 'Büro',
      createdAt: expect.stringMatching(TIME),
    });
    expect((await api.call('GET', `/v1/projects/${String(created.body['id'])}`)).body).toEqual(created.body);
  });

  it("may have the caller's own id, once: 409 for the second, and the first stays", async () => {
    const id = randomUUID();
    expect((await api.call('POST', '/v1/projects', { id: id.toUpperCase(), name: 'First' })).body).toMatchObject({
      id,
    });
    const second = await api.call('POST', '/v1/projects', { id, name: 'Second' });
    expect(second).toMatchObject({ status: 409, body: { type: 'urn:recho:problem:id_taken', status: 409 } });
    expect((await api.call('GET', `/v1/projects/${id}`)).body).toMatchObject({ name: 'First' });
  });

  it('is renamed', async () => {
    const id = randomUUID();
    await api.call('POST', '/v1/projects', { id, name: 'Before' });
    expect(await api.call('PATCH', `/v1/projects/${id}`, { name: 'After' })).toMatchObject({
      status: 200,
      body: { id, name: 'After' },
    });
    expect(await api.call('PATCH', `/v1/projects/${id}`, {})).toMatchObject({ status: 200, body: { name: 'After' } });
  });

  it('is gone once deleted, and only then', async () => {
    const id = randomUUID();
    await api.call('POST', '/v1/projects', { id, name: 'X' });
    expect((await api.call('GET', `/v1/projects/${id}`)).status).toBe(200);
    expect(await api.call('DELETE', `/v1/projects/${id}`)).toMatchObject({ status: 204, text: '' });
    for (const [method, body] of [['GET'], ['PATCH', { name: 'Y' }], ['DELETE']] as const) {
      expect((await api.call(method, `/v1/projects/${id}`, body)).status).toBe(404);
    }
  });

  it.each([['not-a-uuid'], ['00000000-0000-4000-8000-00000000dead'], ['%00'], ["'; DROP TABLE projects; --"]])(
    'that does not exist is a 404: %s',
    async (id) => {
      const { status, type, body } = await api.call('GET', `/v1/projects/${encodeURIComponent(id)}`);
      expect(status).toBe(404);
      expect(type).toMatch(/^application\/problem\+json/);
      expect(body).toMatchObject({ type: 'urn:recho:problem:not_found', title: 'Not Found', status: 404 });
    },
  );

  it.each([
    [{}, 'name is missing; it is required'],
    [{ name: '' }, 'name is empty; give it a value'],
    [{ name: '   ' }, 'name is empty; give it a value'],
    [{ name: 7 }, 'name must be a string'],
    [{ name: null }, 'name must be a string'],
    [{ name: 'x'.repeat(201) }, 'name has more than 200 characters; shorten it'],
    [{ name: 'a\0b' }, 'name holds U+0000 or half a character; leave that out'],
    [{ name: 'a\ud800b' }, 'name holds U+0000 or half a character; leave that out'],
    [{ name: 'x', id: 'mine' }, 'id is not a UUID'],
    [{ name: 'x', nmae: 'y' }, 'nmae is not known here; check its spelling, or leave it out'],
    [[], 'body must be an object'],
    ['"text"', 'body must be an object'],
    ['null', 'name is missing; it is required'],
  ])('is refused in words: %j', async (body, detail) => {
    const answer = await api.call('POST', '/v1/projects', body);
    expect(answer).toMatchObject({ status: 422, body: { type: 'urn:recho:problem:invalid_request', detail } });
    expect(answer.body['errors']).toHaveLength(1);
  });
});

describe('the list of projects', () => {
  it('pages from the oldest to the newest, each project once', async () => {
    const made: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      const { body } = await api.call<{ id: string }>('POST', '/v1/projects', { name: `P${i}` });
      made.push(body.id);
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await api.call<{ items: { id: string }[]; nextCursor: string | null }>(
        'GET',
        `/v1/projects?limit=2${query}`,
      );
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(seen.slice(-5)).toEqual(made);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it.each([
    ['limit=0', 'limit must be at least 1'],
    ['limit=101', 'limit must be at most 100'],
    ['limit=many', 'limit must be a number'],
    ['cursor=rubbish', 'cursor is not a cursor of this list; begin again without one'],
    ['cursor=WyIyMDI2IiwxXQ', 'cursor is not a cursor of this list; begin again without one'],
    ['sort=name', 'sort is not known here; check its spelling, or leave it out'],
  ])('refuses %s in words', async (query, detail) => {
    expect(await api.call('GET', `/v1/projects?${query}`)).toMatchObject({ status: 422, body: { detail } });
  });
});
