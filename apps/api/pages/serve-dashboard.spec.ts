import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get as request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger, LOGGER } from '#libs/runtime';
import { sendSafeHeaders } from '../http/safe-headers.js';
import { ProblemFilter } from '../problem.filter.js';
import { serveDashboard } from './serve-dashboard.js';

/* Oracle: the files that stand for a build, and HTTP as a browser speaks it. */

const PAGE = '<!doctype html><script type="module" src="/assets/app-1a2b.js"></script>';
const SCRIPT = 'export const words = "in order";\n'.repeat(50);

@Controller('v1/things')
class ThingController {
  @Get() list(): string[] {
    return ['a thing'];
  }
}

@Module({
  controllers: [ThingController],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: LOGGER, useValue: createLogger({ service: 'spec', level: 'silent' }) },
  ],
})
class ThingModule {}

let home: string;
const apps: NestFastifyApplication[] = [];
let built: string;
let missing: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'dashboard-'));
  const folder = join(home, 'dashboard');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(home, 'secret.txt'), 'not to be had');
  writeFileSync(join(folder, 'index.html'), PAGE);
  writeFileSync(join(folder, 'assets/app-1a2b.js'), SCRIPT);
  writeFileSync(join(folder, 'assets/app-1a2b.js.br'), brotliCompressSync(SCRIPT));
  writeFileSync(join(folder, 'assets/app-1a2b.js.gz'), gzipSync(SCRIPT));
  [built, missing] = [await start(folder), await start(join(home, 'nothing'))];
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  rmSync(home, { recursive: true, force: true });
});

async function start(folder: string): Promise<string> {
  const app = await NestFactory.create<NestFastifyApplication>(ThingModule, new FastifyAdapter(), { logger: false });
  sendSafeHeaders(app);
  await serveDashboard(app, folder);
  await app.listen(0, '127.0.0.1');
  apps.push(app);
  return app.getUrl();
}

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** As it stands on the wire: nothing is decoded, and no path is tidied. */
function get(base: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () =>
        resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(parts) }),
      );
    }).on('error', reject);
  });
}

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the dashboard', () => {
  it.each(['/', '/?from=mail', '/deliveries', '/calls/a%2Fb?tab=1', '/healthy', '/v1st'])(
    'is the page at %s, asked for anew each time',
    async (path) => {
      const { status, headers, body } = await get(built, path, BROWSER);
      expect([status, headers['content-type'], headers['cache-control']]).toEqual([
        ...[200, 'text/html; charset=utf-8', 'no-cache'],
      ]);
      expect(body.toString()).toBe(PAGE);
    },
  );

  it.each(['/v1/nothing', '/v1', '/docs/nothing', '/health/nothing', '/metrics/x', '/assets/gone-9f.js', '/assets'])(
    'is not at %s: that is a problem in words, for a browser too',
    async (path) => {
      const { status, headers, body } = await get(built, path, BROWSER);
      expect([status, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
      expect(JSON.parse(body.toString())).toMatchObject({ type: 'urn:recho:problem:no_such_route' });
    },
  );

  it('is not what a script gets for a path that is none; the API is where it was', async () => {
    expect((await get(built, '/deliveries', { accept: '*/*' })).status).toBe(404);
    expect((await get(built, '/deliveries', { accept: 'application/json' })).status).toBe(404);
    expect((await get(built, '/v1/things', BROWSER)).body.toString()).toBe('["a thing"]');
  });

  it('has assets that are kept for ever, as they were compressed by the build', async () => {
    const path = '/assets/app-1a2b.js';
    const [br, gz, plain] = [
      await get(built, path, { 'accept-encoding': 'gzip, deflate, br' }),
      await get(built, path, { 'accept-encoding': 'gzip' }),
      await get(built, path),
    ];
    expect([br, gz, plain].map(({ headers }) => headers['content-encoding'])).toEqual(['br', 'gzip', undefined]);
    expect([brotliDecompressSync(br.body), gunzipSync(gz.body), plain.body].map(String)).toEqual(Array(3).fill(SCRIPT));
    for (const { headers } of [br, gz, plain]) {
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(headers['content-type']).toMatch(/^(text|application)\/javascript/);
      expect(headers.vary?.toLowerCase()).toContain('accept-encoding');
    }
  });

  it.each([
    '/assets/../index.html',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
  ])('gives nothing out that is not in it: %s', async (path) => {
    const { status, body } = await get(built, path);
    expect([status >= 400 && status < 500, body.includes('not to be had'), body.includes('<!doctype')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('loads nothing from elsewhere, runs no script in a page, and cannot be framed; the API is kept nowhere', async () => {
    const [page, asset, api] = [
      await get(built, '/'),
      await get(built, '/assets/app-1a2b.js'),
      await get(built, '/v1/things'),
    ];
    for (const { headers } of [page, asset, api]) {
      const policy = headers['content-security-policy'];
      expect(policy).toMatch(/default-src 'self';/);
      expect(policy).toMatch(/frame-ancestors 'none'/);
      expect(policy).not.toMatch(/script-src|unsafe-eval|https?:|\*/);
      expect([headers['x-content-type-options'], headers['referrer-policy']]).toEqual(['nosniff', 'no-referrer']);
    }
    expect(api.headers['cache-control']).toBe('no-store');
  });

  it('that is not built says how to build it, and holds up nothing else', async () => {
    const { status, headers, body } = await get(missing, '/', BROWSER);
    expect([status, headers['content-type']]).toEqual([404, 'text/plain; charset=utf-8']);
    expect(body.toString()).toContain('npm run build');
    expect((await get(missing, '/v1/things')).status).toBe(200);
    expect((await get(missing, '/assets/app-1a2b.js')).status).toBe(404);
  });
});
