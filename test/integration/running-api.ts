import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EventEmitter } from 'node:events';
import { startService } from '#libs/runtime';
import { createDataSource, migrate } from '#libs/storage';
import { createDatabase, sharedKafka, waitFor } from '#libs/testkit';
import { isDeepStrictEqual } from 'node:util';
import { API } from '../../apps/api/api.service.js';
import { allRoutes, problemsOf } from '../../apps/api/openapi/openapi.js';

export const ADMIN_TOKEN = 'the-admin-token-of-the-spec';

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export interface RunningApi {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** What it wrote on standard error. */
  printed(): string;
  /** With the admin token; a body that is no string is sent as JSON. Headers may replace those. */
  call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer<Body>>;
  /** Resolves when everything that it needs is there. */
  untilReady(): Promise<RunningApi>;
  close(): Promise<void>;
}

export interface ApiWithDatabase extends RunningApi {
  /** Its URL. */
  readonly database: string;
  /** Looks into it, or changes it behind the service's back. */
  sql<Row>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** The real service on a database of its own and the broker that specs share, ready. */
export async function startApiWithDatabase(env: Readonly<Record<string, string>> = {}): Promise<ApiWithDatabase> {
  const database = await createDatabase();
  await migrate(database);
  const api = await startApi({ DATABASE_URL: database, KAFKA_BROKERS: await sharedKafka(), ...env });
  await api.untilReady();
  return { ...api, database, sql: (text, parameters) => queryOf(database, text, parameters) };
}

async function queryOf<Row>(database: string, text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  const source = await createDataSource(database, { poolSize: 1 }).initialize();
  try {
    return (await source.query(text, [...parameters])) as Row[];
  } finally {
    await source.destroy();
  }
}

/** The real service, in this process, on a free port. */
export async function startApi(env: Readonly<Record<string, string>>): Promise<RunningApi> {
  let printed = '';
  const machine = Object.assign(new EventEmitter(), {
    env: {
      LOG_LEVEL: 'silent',
      API_PORT: '0',
      // Specs ask faster than people do.
      API_RATE_LIMIT: '0',
      ADMIN_TOKEN,
      SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
      ...env,
    },
    stderr: { write: (text: string) => (printed += text) },
    exit: () => undefined,
  });
  const app = await startService(API, machine);
  if (app === null) throw new Error(`the API did not start: ${printed}`);
  const url = await app.getUrl();
  const api: RunningApi = {
    app,
    url,
    printed: () => printed,
    call: async <Body>(
      method: string,
      path: string,
      body?: unknown,
      headers: Readonly<Record<string, string>> = {},
    ) => {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${ADMIN_TOKEN}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const type = response.headers.get('content-type') ?? '';
      // One that does not end is not read.
      const text = type.startsWith('text/event-stream')
        ? ((await response.body?.cancel()) ?? '')
        : await response.text();
      const parsed = (/json/.test(type) ? JSON.parse(text) : undefined) as Body;
      checkAgainstDocument(method, path, response.status, parsed);
      return { status: response.status, type, headers: response.headers, text, body: parsed };
    },
    untilReady: async () => {
      await waitFor('the API to be ready', async () => (await fetch(`${url}/health/ready`)).ok);
      return api;
    },
    close: () => app.close(),
  };
  return api;
}

const ROUTES = allRoutes().map((route) => ({
  ...route,
  pattern: new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+')}$`),
}));

/**
 * Every answer that any spec sees is one that the OpenAPI document describes: its status, and every field of it.
 * @throws Error saying what is not.
 */
function checkAgainstDocument(method: string, path: string, status: number, body: unknown): void {
  const [pathname = ''] = path.split('?');
  const route = ROUTES.find((one) => one.method === method.toLowerCase() && one.pattern.test(pathname));
  if (route === undefined) return;
  const { doc } = route;
  const what = `${method} ${path} answered ${status}`;
  if (status !== doc.status && status !== doc.alsoStatus) {
    if (!problemsOf(doc).includes(status)) throw new Error(`${what}, which the OpenAPI document does not have`);
    return;
  }
  const parsed = doc.answer?.safeParse(body);
  if (parsed?.success === false) throw new Error(`${what}, unlike the OpenAPI document: ${parsed.error.message}`);
  if (!isDeepStrictEqual(parsed?.data, body)) {
    throw new Error(`${what} with more than the OpenAPI document has: ${JSON.stringify(body)}`);
  }
}
