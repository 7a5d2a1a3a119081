import { afterEach, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import { startReceiver, startTcp, type Loopback } from '#libs/testkit';
import type { Permit } from '../destination.js';
import { MAX_BODY_KEPT } from './exchange.js';
import { createHttp, type Http, type JsonPost } from './post-json.js';

/** Oracles: the answer that comes back, what the other side saw on its socket, and the connections it counted. */
/** For what must time out; everything else has 10 s, so that a busy machine fails nothing. */
const TIMEOUT_MS = 300;
const BODY = Buffer.from('{"a":"━"}');
const permitUntil = (signal: AbortSignal): Permit => ({ signal, mayStart: () => true });
/** Is never withdrawn. */
const lasting = permitUntil(new AbortController().signal);

const toClose: { close(): Promise<void> }[] = [];
const closing = <T extends { close(): Promise<void> }>(one: T): T => {
  toClose.push(one);
  return one;
};
afterEach(async () => {
  for (const one of toClose.splice(0).reverse()) await one.close();
});

const http = (options: { timeoutMs?: number; connections?: number } = {}): Http =>
  closing(createHttp({ timeoutMs: 10_000, isAllowed: () => true, ...options }));
const receiver = async (...args: Parameters<typeof startReceiver>): ReturnType<typeof startReceiver> =>
  closing(await startReceiver(...args));
const tcp = async (onConnection: Parameters<typeof startTcp>[0]): Promise<Loopback> =>
  closing(await startTcp(onConnection));
const postTo = (origin: string, vary: Partial<JsonPost> = {}): JsonPost => ({
  origin,
  path: '/webhook?x=1',
  headers: ['Content-Type', 'application/json', 'X-Recho-Attempt', '1'],
  body: BODY,
  ...vary,
});
/** Answers every request on the connection with these bytes. */
const answering = (bytes: string) => (socket: Socket) => socket.on('data', () => socket.write(bytes));

describe('a POST', () => {
  it('arrives as given and brings back status, body and Retry-After', async () => {
    const server = await receiver((_, response) => {
      response.writeHead(503, { 'retry-after': '7' }).end('später');
    });
    const answer = await http().postJson(postTo(server.origin), lasting);
    expect(answer).toEqual({ status: 503, body: 'später', retryAfter: '7', failure: null });
    const [request] = server.received;
    expect(request).toMatchObject({ method: 'POST', url: '/webhook?x=1', body: BODY });
    expect(request!.headers).toMatchObject({ 'content-length': '11', 'x-recho-attempt': '1' });
    expect(request!.rawHeaders).toContain('X-Recho-Attempt');
  });

  it('has no body in its answer when none came', async () => {
    const server = await receiver((_, response) => response.writeHead(204).end());
    expect(await http().postJson(postTo(server.origin), lasting)).toMatchObject({ status: 204, body: null });
  });

  it('ignores what only announces an answer (1xx)', async () => {
    const server = await receiver((_, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' });
      response.writeHead(200).end('ok');
    });
    expect(await http().postJson(postTo(server.origin), lasting)).toMatchObject({ status: 200, body: 'ok' });
  });

  it('makes of bytes that are no text, or none that Postgres can keep, U+FFFD', async () => {
    const server = await receiver((_, response) => response.end(Buffer.from([0x61, 0xff, 0x00, 0x62])));
    expect((await http().postJson(postTo(server.origin), lasting)).body).toBe('a\ufffd\ufffdb');
  });

  it('does not follow a redirect: the target of it sees nothing', async () => {
    const elsewhere = await receiver((_, response) => response.end('here'));
    const server = await receiver((_, response) => {
      response.writeHead(302, { location: `${elsewhere.origin}/webhook` }).end();
    });
    const client = http();
    expect(await client.postJson(postTo(server.origin), lasting)).toMatchObject({ status: 302, failure: null });
    expect(elsewhere.received).toHaveLength(0);
    // Its twin: asked directly, it does see it.
    await client.postJson(postTo(elsewhere.origin), lasting);
    expect(elsewhere.received).toHaveLength(1);
  });
});

describe('connections', () => {
  it('are kept and used again, and never more than allowed', async () => {
    const server = await receiver((_, response) => response.end('ok'));
    const client = http({ connections: 2 });
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 5 }, () => client.postJson(postTo(server.origin), lasting)));
    }
    expect(server.received).toHaveLength(50);
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it('are replaced without a failure when the other side closed them while they were idle', async () => {
    const server = await tcp((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
    });
    const client = http();
    for (let round = 0; round < 10; round += 1) {
      expect(await client.postJson(postTo(server.origin), lasting)).toMatchObject({ status: 200, body: 'ok' });
    }
    expect(server.connections()).toBe(10);
  });

  it('serve again after a body that was too large to keep, and are cut when it does not end', async () => {
    const server = await receiver((_, response) => response.end('x'.repeat(MAX_BODY_KEPT + 20_000)));
    const client = http({ connections: 1 });
    for (let round = 0; round < 3; round += 1) {
      const { status, body } = await client.postJson(postTo(server.origin), lasting);
      expect([status, body?.length]).toEqual([200, MAX_BODY_KEPT]);
    }
    expect(server.connections()).toBe(1);
  });
});

describe('an answer whose body', () => {
  it('never ends is complete when enough of it was kept, and its connection is cut', async () => {
    const cut = Promise.withResolvers<void>();
    const server = await tcp((socket) => {
      socket.on('close', () => cut.resolve());
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        const more = (): void => {
          while (!socket.destroyed && socket.write(`1000\r\n${'y'.repeat(0x1000)}\r\n`));
        };
        socket.on('drain', more);
        more();
      });
    });
    const answer = await http().postJson(postTo(server.origin), lasting);
    expect(answer).toEqual({ status: 200, body: 'y'.repeat(MAX_BODY_KEPT), retryAfter: null, failure: null });
    await cut.promise;
  });

  it('drips on without an end is a time-out, and its connection is cut', async () => {
    const cut = Promise.withResolvers<void>();
    const server = await tcp((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
        const drip = setInterval(() => socket.write('z'), 20);
        socket.on('close', () => {
          clearInterval(drip);
          cut.resolve();
        });
      });
    });
    const answer = await http({ timeoutMs: TIMEOUT_MS }).postJson(postTo(server.origin), lasting);
    expect(answer).toMatchObject({ status: null, body: null, failure: { code: 'timeout' } });
    await cut.promise;
  });

  it('breaks off is a reset, not an answer', async () => {
    const server = await tcp((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'));
    });
    expect(await http().postJson(postTo(server.origin), lasting)).toMatchObject({
      status: null,
      failure: { code: 'reset' },
    });
  });
});

describe('a failure on the way has a stable code:', () => {
  it('timeout, when no answer begins; the connection is cut', async () => {
    const cut = Promise.withResolvers<void>();
    const server = await tcp((socket) => {
      socket.on('close', () => cut.resolve());
      socket.resume();
    });
    const startedAt = performance.now();
    const answer = await http({ timeoutMs: TIMEOUT_MS }).postJson(postTo(server.origin), lasting);
    expect(answer).toMatchObject({ status: null, failure: { code: 'timeout' } });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(TIMEOUT_MS - 5);
    await cut.promise;
  });

  it('refused', async () => {
    const server = await tcp(() => {});
    await server.close();
    expect(await http().postJson(postTo(server.origin), lasting)).toMatchObject({
      status: null,
      failure: { code: 'refused', message: 'the endpoint refused the connection (ECONNREFUSED)' },
    });
  });

  it.each([
    ['reset by the other side', (socket: Socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['closed without an answer', (socket: Socket) => socket.once('data', () => socket.end())],
    ['closed at once', (socket: Socket) => socket.resetAndDestroy()],
  ])('reset, when the connection is %s; the request is not sent again', async (_, onConnection) => {
    const server = await tcp(onConnection);
    expect(await http().postJson(postTo(server.origin), lasting)).toMatchObject({ failure: { code: 'reset' } });
    expect(server.connections()).toBe(1);
  });

  it('tls, when the other side does not speak it', async () => {
    const server = await tcp(answering('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const answer = await http().postJson(postTo(server.origin.replace('http:', 'https:')), lasting);
    expect(answer).toMatchObject({ failure: { code: 'tls' } });
  });

  it.each([
    ['speaks no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['sends endless headers', `HTTP/1.1 200 OK\r\n${'x-more: yes\r\n'.repeat(5000)}`],
  ])('protocol, when the other side %s', async (_, bytes) => {
    const server = await tcp(answering(bytes));
    expect(await http().postJson(postTo(server.origin), lasting)).toMatchObject({ failure: { code: 'protocol' } });
  });

  it('aborted, when the signal says so: before, while waiting and while reading; one signal ends all', async () => {
    const server = await tcp(answering('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'));
    const silent = await tcp((socket) => socket.resume());
    const given = new AbortController();
    const client = http();
    const posts = [server, silent, silent].map(({ origin }) =>
      client.postJson(postTo(origin), permitUntil(given.signal)),
    );
    const other = client.postJson(postTo((await receiver((_, response) => response.end('ok'))).origin), lasting);
    expect(await other).toMatchObject({ status: 200 });
    given.abort();
    posts.push(client.postJson(postTo(server.origin), permitUntil(given.signal)));
    for (const answer of await Promise.all(posts)) expect(answer).toMatchObject({ failure: { code: 'aborted' } });
    expect(server.connections()).toBe(1);
  });

  it('aborted, when the client is closed under it and after', async () => {
    const reached = Promise.withResolvers<void>();
    const server = await tcp((socket) => socket.once('data', () => reached.resolve()));
    const client = createHttp({ timeoutMs: 10_000, isAllowed: () => true });
    const post = client.postJson(postTo(server.origin), lasting);
    await reached.promise;
    await client.close();
    expect(await post).toMatchObject({ failure: { code: 'aborted' } });
    expect(await client.postJson(postTo(server.origin), lasting)).toMatchObject({ failure: { code: 'aborted' } });
  });

  it('and even a request that cannot be written is an answer, not a rejection', async () => {
    const client = http();
    const answer = await client.postJson(postTo('http://127.0.0.1:9', { headers: ['X-Bad', 'a\nb'] }), lasting);
    expect(answer.failure).toMatchObject({ code: 'connection' });
  });
});

describe('time-outs', () => {
  it('leave nothing behind: the process has no timer of an attempt that is over', async () => {
    const server = await receiver((_, response) => response.end('ok'));
    const client = http({ timeoutMs: 60_000 });
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await Promise.all(Array.from({ length: 20 }, () => client.postJson(postTo(server.origin), lasting)));
    expect(timers()).toBeLessThan(before + 20);
  });
});
