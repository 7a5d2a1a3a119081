/** Oracles: the answer that comes back, and what a real server saw while another request held its only connection. */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startReceiver } from '#libs/testkit';
import type { Permit } from '../destination.js';
import { createHttp, type Http, type JsonPost } from './post-json.js';

const permitUntil = (signal: AbortSignal): Permit => ({ signal, mayStart: () => true });
/** Is never withdrawn. */
const lasting = permitUntil(new AbortController().signal);
const postTo = (origin: string, path: string): JsonPost => ({ origin, path, headers: [], body: Buffer.from('{}') });

const toClose: { close(): Promise<void> }[] = [];
const closing = <T extends { close(): Promise<void> }>(one: T): T => {
  toClose.push(one);
  return one;
};
afterEach(async () => {
  jest.useRealTimers();
  for (const one of toClose.splice(0).reverse()) await one.close();
});

const http = (options: { timeoutMs?: number; connections?: number } = {}): Http =>
  closing(createHttp({ timeoutMs: 10_000, isAllowed: () => true, ...options }));
const receiver = async (...args: Parameters<typeof startReceiver>): ReturnType<typeof startReceiver> =>
  closing(await startReceiver(...args));

const TIMEOUT_MS = 10_000;
const ALL_BUT_TIME_OUTS = [
  ...(['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
  ...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const),
];

describe('a request given up while it waits for a connection', () => {
  it.each([
    ['by its time-out', 'timeout'],
    ['by the signal', 'aborted'],
  ])('%s is never sent afterwards', async (_, code) => {
    const held = Promise.withResolvers<() => void>();
    const server = await receiver((request, response) => {
      const release = (): unknown => response.end('ok');
      if (request.url === '/first') held.resolve(release);
      else release();
    });
    if (code === 'timeout') jest.useFakeTimers({ doNotFake: ALL_BUT_TIME_OUTS });
    const client = http({ connections: 1, timeoutMs: TIMEOUT_MS });
    const first = client.postJson(postTo(server.origin, '/first'), lasting);
    const given = new AbortController();
    const second = client.postJson(postTo(server.origin, '/second'), permitUntil(given.signal));
    const release = await held.promise;
    if (code === 'aborted') given.abort();
    // Both at once: the first one's end alone would make room for the second.
    else jest.advanceTimersByTime(TIMEOUT_MS);
    jest.useRealTimers();
    expect(await second).toMatchObject({ status: null, failure: { code } });
    release();
    if (code === 'aborted') expect(await first).toMatchObject({ status: 200 });
    else await first;
    await client.postJson(postTo(server.origin, '/third'), lasting);
    expect(server.received.map(({ url }) => url)).toEqual(['/first', '/third']);
    // Giving up what was never sent costs nobody a connection.
    if (code === 'aborted') expect(server.connections()).toBe(1);
  });
});

describe('a permit', () => {
  it.each([
    ['withdrawn while its request waits for a connection keeps it from ever being written', false],
    ['that lasts lets it be written once there is one', true],
  ])('%s', async (_, lasts) => {
    const held = Promise.withResolvers<() => void>();
    const server = await receiver((request, response) => {
      if (request.url === '/first') held.resolve(() => response.end('ok'));
      else response.end('ok');
    });
    const client = http({ connections: 1 });
    let mayStart = true;
    const asked: string[] = [];
    const permit = (of: string): Permit => ({ ...lasting, mayStart: () => (asked.push(of), mayStart) });
    const first = client.postJson(postTo(server.origin, '/first'), permit('first'));
    const second = client.postJson(postTo(server.origin, '/second'), permit('second'));
    const release = await held.promise;
    expect(asked).toEqual(['first']);
    mayStart = lasts;
    release();
    // What was written before goes on to its end.
    expect(await first).toMatchObject({ status: 200 });
    expect(await second).toMatchObject(
      lasts
        ? { status: 200 }
        : { status: null, failure: { code: 'aborted', message: expect.stringContaining('ownership is unsure') } },
    );
    mayStart = true;
    expect(await client.postJson(postTo(server.origin, '/third'), permit('third'))).toMatchObject({
      status: 200,
    });
    expect(server.received.map(({ url }) => url)).toEqual(
      lasts ? ['/first', '/second', '/third'] : ['/first', '/third'],
    );
    expect(asked).toEqual(['first', 'second', 'third']);
    expect(server.connections()).toBe(1);
  });

  it('withdrawn while its connection is being made keeps it from being written; the connection serves the next', async () => {
    const server = await receiver((_, response) => response.end('ok'));
    const client = http();
    let mayStart = true;
    const post = client.postJson(postTo(server.origin, '/first'), { ...lasting, mayStart: () => mayStart });
    mayStart = false;
    expect(await post).toMatchObject({ failure: { code: 'aborted' } });
    expect(await client.postJson(postTo(server.origin, '/next'), lasting)).toMatchObject({ status: 200 });
    expect(server.received.map(({ url }) => url)).toEqual(['/next']);
    expect(server.connections()).toBe(1);
  });
});
