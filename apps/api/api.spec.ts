import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabaseOn, sharedKafka, startPostgres, waitFor, type TestPostgres } from '#libs/testkit';
import { migrate } from '#libs/storage';
import {
  ADMIN_TOKEN,
  startApi,
  startApiWithDatabase,
  type ApiWithDatabase,
  type RunningApi,
} from '../../test/integration/running-api.js';

/* What holds for the whole of the API. Oracles: answers over HTTP, and the routes that Fastify itself has. */

let api: ApiWithDatabase;
beforeAll(async () => {
  api = await startApiWithDatabase();
}, 60_000);
afterAll(() => api?.close());

const PROBLEM = expect.stringContaining('application/problem+json');

describe('who may ask', () => {
  it.each([
    ['no token', { authorization: '' }, /carries no token; send Authorization: Bearer/],
    ['another token', { authorization: 'Bearer guess' }, /not valid here/],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }, /carries no token/],
  ])('not one with %s', async (_, headers, words) => {
    const answer = await api.call('GET', '/v1/projects', undefined, headers);
    expect([answer.status, answer.type, answer.headers.get('www-authenticate')]).toEqual([401, PROBLEM, 'Bearer']);
    expect(answer.body).toMatchObject({ status: 401, title: expect.any(String), detail: expect.stringMatching(words) });
  });

  it.each(['/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs'])('anyone: %s', async (path) => {
    expect((await fetch(api.url + path)).status).toBe(200);
  });
});

describe('every answer', () => {
  it.each(['/', '/docs', '/v1/projects', '/v1/nothing', '/health/live'])(
    'tells browsers to load nothing from elsewhere: %s',
    async (path) => {
      const { headers } = await api.call('GET', path);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
      expect(headers.get('cache-control') === 'no-store').toBe(path.startsWith('/v1'));
    },
  );
});

describe('a request that cannot be understood', () => {
  const deep = '['.repeat(30_000) + ']'.repeat(30_000);
  it.each<[string, string, string, string, number, Record<string, string>]>([
    ['broken JSON', 'POST', '/v1/projects', '{"name":', 400, {}],
    ['5 MB', 'POST', '/v1/projects', JSON.stringify({ name: 'x'.repeat(5_000_000) }), 413, {}],
    ['nesting of 30,000', 'POST', '/v1/projects', `{"name":${deep}}`, 422, {}],
    ['no JSON', 'POST', '/v1/projects', 'name=x', 415, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a list for an object', 'POST', '/v1/projects', '[]', 422, {}],
    ['a route that is none', 'GET', '/v1/nothing', '', 404, {}],
    ['a URL that is none', 'GET', '/v1/projects/%ZZ', '', 400, {}],
  ])('%s is a problem in words', async (_, method, path, body, status, headers) => {
    const answer = await api.call(method, path, body === '' ? undefined : body, headers);
    expect([answer.status, answer.type]).toEqual([status, PROBLEM]);
    expect(answer.body).toMatchObject({
      ...{ status, type: expect.any(String), title: expect.any(String), detail: expect.stringMatching(/.{10,}/) },
    });
  });

  it.each(['{"name":"P","__proto__":{"polluted":true}}', '{"name":"P","constructor":{"prototype":{"polluted":true}}}'])(
    'that reaches for a prototype is refused, and reaches none: %s',
    async (body) => {
      const answer = await api.call('POST', '/v1/projects', body);
      expect(answer).toMatchObject({ status: 400, body: { type: 'urn:recho:problem:unreadable_body' } });
      expect({}).not.toHaveProperty('polluted');
    },
  );

  it('because it is not UTF-8 is refused; in UTF-8 it is not', async () => {
    const post = async (encoding: 'latin1' | 'utf8') =>
      fetch(`${api.url}/v1/projects`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
        body: Buffer.from('{"name":"Büro"}', encoding),
      });
    const [latin, utf8] = [await post('latin1'), await post('utf8')];
    expect([latin.status, utf8.status]).toEqual([400, 201]);
    expect(await latin.json()).toMatchObject({ detail: expect.stringContaining('UTF-8') });
  });
});

describe('an error that nobody foresaw', () => {
  it('is a 500 that shows an id and nothing else', async () => {
    const project = await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' });
    const endpoints = `/v1/projects/${project.body.id}/endpoints`;
    const settings = { name: 'E', endpointType: 'CUSTOM', target: 'https://example.com' };
    const endpoint = await api.call<{ id: string }>('POST', endpoints, settings);
    const path = `${endpoints}/${endpoint.body.id}/credentials/bearer`;
    await api.call('PUT', path);
    await api.sql(`UPDATE bearer_tokens SET sealed = 'v1.of another key.AAAA'`);
    const { status, type, body } = await api.call('GET', path);
    expect([status, type]).toEqual([500, PROBLEM]);
    const id = /^urn:uuid:([0-9a-f-]{36})$/.exec(String(body['instance']))?.[1];
    expect(body).toEqual({
      ...{ type: 'urn:recho:problem:internal_error', title: 'Internal Server Error', status: 500 },
      detail: `something went wrong here that nobody foresaw; the service's log tells more under the id ${id}`,
      instance: `urn:uuid:${id}`,
    });
  });
});

describe('the OpenAPI document', () => {
  interface Document {
    readonly openapi: string;
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses?: object }>>>>;
    readonly [part: string]: unknown;
  }

  it('has every route that there is, and no other', async () => {
    const { body } = await api.call<Document>('GET', '/openapi.json');
    expect(body.openapi).toMatch(/^3\.1\./);
    const documented = Object.entries(body.paths)
      .filter(([path]) => path.startsWith('/v1'))
      .flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`));
    expect(documented.toSorted()).toEqual((await routes()).toSorted());
  });

  it('refers only to what it has', async () => {
    const { body, text } = await api.call<Document>('GET', '/openapi.json');
    for (const [, path] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = path!.split('/').reduce<unknown>((part, name) => (part as Record<string, unknown>)?.[name], body);
      expect([path, typeof found]).toEqual([path, 'object']);
    }
  });

  /** As Fastify prints them: a tree that only it knows how to read is asked route by route. */
  async function routes(): Promise<string[]> {
    const fastify = api.app.getHttpAdapter().getInstance();
    const printed = fastify.printRoutes({ commonPrefix: false });
    const found: string[] = [];
    const stack: string[] = [];
    for (const line of printed.split('\n')) {
      const match = /^([│ ]*)[├└]── (\S+) \(([A-Z, ]+)\)/.exec(line) ?? /^([│ ]*)[├└]── (\S+)/.exec(line);
      if (match === null) continue;
      const depth = match[1]!.length / 4;
      stack.length = depth;
      stack[depth] = match[2]!;
      const path = stack.join('').replace(/:(\w+)/g, '{$1}');
      if (!path.startsWith('/v1')) continue;
      for (const method of (match[3] ?? '').split(', ')) {
        if (method !== '' && method !== 'HEAD' && method !== 'OPTIONS') found.push(`${method} ${path}`);
      }
    }
    return found;
  }
});

describe('while Postgres is away', () => {
  let postgres: TestPostgres;
  let other: RunningApi;

  afterAll(async () => {
    await other?.close();
    await postgres?.stop();
  });

  it('requests are answered with 503 and when to come again, readiness says so, and it ends by itself', async () => {
    postgres = await startPostgres();
    const database = await createDatabaseOn(postgres.url);
    await migrate(database);
    other = await startApi({ DATABASE_URL: database, KAFKA_BROKERS: await sharedKafka() });
    await other.untilReady();

    await postgres.kill();
    const away = await waitFor('the loss to be answered', async () => {
      const answer = await other.call('GET', '/v1/projects');
      if (answer.status !== 503) throw new Error(answer.text);
      return answer;
    });
    expect(away.type).toEqual(PROBLEM);
    expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(away.body).toMatchObject({ detail: expect.stringContaining('Postgres') });
    const ready = await fetch(`${other.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('postgres');
    expect((await fetch(`${other.url}/health/live`)).status).toBe(200);

    await postgres.start();
    await waitFor('the API to work again', async () => (await other.call('GET', '/v1/projects')).status === 200);
    await other.untilReady();
  });

  it('and Kafka too, the service starts all the same, and says what is missing', async () => {
    const early = await startApi({ DATABASE_URL: 'postgres://u:p@127.0.0.1:1/none', KAFKA_BROKERS: '127.0.0.1:1' });
    try {
      expect((await early.call('GET', '/v1/projects')).status).toBe(503);
      expect((await early.call('GET', '/health/live')).status).toBe(200);
      const ready = await early.call<{ error: Record<string, { detail: string }> }>('GET', '/health/ready');
      expect(ready.status).toBe(503);
      expect(Object.keys(ready.body.error).toSorted()).toEqual(['kafka', 'postgres']);
      expect(JSON.stringify(ready.body.error['postgres'])).toContain('ECONNREFUSED');
      const { status, body } = await early.call('GET', '/v1/services');
      const down = { up: false, detail: expect.stringMatching(/.{10,}/) };
      expect([status, body]).toEqual([200, { postgres: down, kafka: down, services: [] }]);
    } finally {
      await early.close();
    }
  });
});
