import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as after } from 'node:timers/promises';
import { startSmtpServer, startTcp, waitFor, type SmtpScript, type TestSmtpServer } from '#libs/testkit';
import { emailRoom, JOB, lasting, type EmailRoom } from './email.fixture.js';
import { mustBeSecret } from './email.send.js';

/** Oracles: what a real mail server on loopback took, and RFC 5321's meaning of its answers. */

const closing: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serving(...args: Parameters<typeof startSmtpServer>): Promise<TestSmtpServer> {
  const server = await startSmtpServer(...args);
  closing.push(() => server.close());
  return server;
}

function room(...args: Parameters<typeof emailRoom>): EmailRoom {
  const made = emailRoom(...args);
  closing.push(() => made.close());
  return made;
}

describe('the verdict', () => {
  it('on a mail that the server took is delivered; its answer is kept', async () => {
    const server = await serving({ data: { code: 250, text: 'queued' } });
    const { answer, verdict } = await room(server.url).attempt();
    expect(verdict).toEqual({ type: 'delivered' });
    expect(answer).toEqual({ status: 250, body: expect.stringMatching(/^250 /), retryAfter: null, failure: null });
  });

  const stages = ['mail', 'rcpt', 'data'] as const;

  it.each(stages.flatMap((stage) => [421, 450, 451, 452, 454].map((code) => [stage, code] as const)))(
    'on an answer to %s of %i is retry, and the next mail goes out',
    async (stage, code) => {
      const server = await serving({ [stage]: { code, text: 'not now' } });
      const email = room(server.url);
      const { answer, verdict } = await email.attempt();
      expect(answer).toMatchObject({ status: code, body: expect.stringContaining('not now') });
      expect(verdict).toEqual({ type: 'retry', reason: `smtp_${code}: the mail server answered ${code}` });
      expect(server.received).toHaveLength(0);
      server.answerWith({});
      expect((await email.attempt()).verdict).toEqual({ type: 'delivered' });
    },
  );

  it.each(stages.flatMap((stage) => [550, 551, 552, 553, 554].map((code) => [stage, code] as const)))(
    'on an answer to %s of %i is refused, and the next mail goes out',
    async (stage, code) => {
      const server = await serving({ [stage]: { code, text: 'never' } });
      const email = room(server.url);
      const { answer, verdict } = await email.attempt();
      expect(answer).toMatchObject({ status: code, body: expect.stringContaining('never') });
      expect(verdict).toMatchObject({
        type: 'refused',
        reason: expect.stringMatching(`^smtp_${code}: the mail server`),
      });
      expect(server.received).toHaveLength(0);
      server.answerWith({});
      expect((await email.attempt()).verdict).toEqual({ type: 'delivered' });
    },
  );

  it('on a server that turns us away before any mail is retry: its answer is not about the mail', async () => {
    const server = await serving({ greeting: 554 });
    expect((await room(server.url).attempt()).verdict).toMatchObject({
      type: 'retry',
      reason: expect.stringMatching(/^protocol: .*554/),
    });
  });
});

describe('a login at our own server', () => {
  const login = { user: 'recho', password: 'right' };
  const as = (server: TestSmtpServer, who: string): string => server.url.replace('//', `//${who}@`);

  it('that it takes lets mails through', async () => {
    const server = await serving({}, { login });
    expect((await room(as(server, 'recho:right')).attempt()).verdict).toEqual({ type: 'delivered' });
  });

  it.each([
    ['that it refuses', 'recho:wrong-secret@'],
    ['that it wants and does not get', ''],
  ])('%s is our fault: it spends no retry, and says what to check', async (_, who) => {
    const server = await serving({}, { login });
    const { answer, verdict } = await room(server.url.replace('//', `//${who}`)).attempt();
    expect(verdict).toMatchObject({
      type: 'abstained',
      reason: expect.stringMatching(/^smtp_login: .*check.*SMTP_URL/),
    });
    expect(JSON.stringify([answer, verdict])).not.toMatch(/wrong-secret|d3Jvbmctc2VjcmV0/);
    expect(server.received).toHaveLength(0);
  });
});

describe('a password', () => {
  it.each([
    ['smtp://u:p@smtp.example.com', true],
    ['smtps://u:p@smtp.example.com:465', true],
    ['smtp://u:p@10.0.0.1:587', true],
    ['smtp://u:p@127.0.0.1.example.com', true],
    ['smtp://u:p@127.0.0.1:1025', false],
    ['smtp://u:p@localhost:1025', false],
    ['smtp://u:p@[::1]:1025', false],
    ['smtp://smtp.example.com', false],
  ])('of %s goes over TLS or not at all: %s', (url, expected) => {
    expect(mustBeSecret(url)).toBe(expected);
  });

  it('is not sent to a server that offers no TLS', async () => {
    const server = await serving({}, { login: { user: 'u', password: 'p' } });
    // Loopback, made strict: the server is the same as one far away.
    const strict = room(`${server.url.replace('//', '//u:p@')}?requireTLS=true`);
    expect((await strict.attempt()).verdict).toMatchObject({ type: 'retry', reason: expect.stringMatching(/^tls: /) });
    expect(server.received).toHaveLength(0);
    expect((await room(server.url.replace('//', '//u:p@')).attempt()).verdict).toEqual({ type: 'delivered' });
  });
});

describe('a failure on the way is retry, with its code first', () => {
  const SHORT = 300;

  it.each<[string, SmtpScript]>([
    ['never greets', { greeting: 'hang' }],
    ['never answers MAIL', { mail: 'hang' }],
    ['never answers RCPT', { rcpt: 'hang' }],
    ['never answers the message', { data: 'hang' }],
    ['greets without an end, line by line', { greeting: 'drip' }],
    ['answers the message without an end, line by line', { data: 'drip' }],
  ])('when the server %s: within the time-out of the attempt', async (_, script) => {
    const server = await serving(script);
    const { verdict, durationMs } = await room(server.url, SHORT).attempt();
    expect(verdict).toEqual({ type: 'retry', reason: 'timeout: the mail server did not answer in time' });
    expect(durationMs).toBeGreaterThanOrEqual(SHORT - 1);
    // On a busy machine too; left to nodemailer, one that drips would never end.
    expect(durationMs).toBeLessThan(10_000);
    await waitFor('the connection to be cut', () => server.open() === 0);
  });

  it.each<[string, SmtpScript]>([
    ['before it greets', { greeting: 'drop' }],
    ['at RCPT', { rcpt: 'drop' }],
    ['in the middle of the message', { data: 'drop' }],
  ])('when the server drops the connection %s', async (_, script) => {
    const server = await serving(script);
    expect((await room(server.url).attempt()).verdict).toMatchObject({
      type: 'retry',
      reason: expect.stringMatching(/^reset: /),
    });
    expect(server.received).toHaveLength(0);
  });

  it('when nothing listens, or nothing resolves', async () => {
    const gone = await startSmtpServer();
    await gone.close();
    expect((await room(gone.url).attempt()).verdict).toMatchObject({
      type: 'retry',
      reason: expect.stringMatching(/^refused: .*ECONNREFUSED/),
    });
    expect((await room('smtp://no-such-host.invalid').attempt()).verdict).toMatchObject({
      type: 'retry',
      reason: expect.stringMatching(/^dns: /),
    });
  });

  it('when what answers is no mail server', async () => {
    const web = await startTcp((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    closing.push(() => web.close());
    const { verdict } = await room(web.origin.replace('http', 'smtp')).attempt();
    expect(verdict).toMatchObject({ type: 'retry', reason: expect.stringMatching(/^protocol: /) });
  });

  it.each(['implicit', 'starttls'] as const)('when TLS (%s) is not trusted; trusted, it delivers', async (tls) => {
    const server = await serving({}, { tls });
    expect((await room(server.url).attempt()).verdict).toMatchObject({
      type: 'retry',
      reason: expect.stringMatching(/^tls: /),
    });
    const trusting = room(`${server.url}?tls.rejectUnauthorized=false`);
    expect((await trusting.attempt()).verdict).toEqual({ type: 'delivered' });
  });
});

describe('an attempt that is given up', () => {
  it.each<[string, SmtpScript]>([
    ['before the server greets', { greeting: 'hang' }],
    ['before the message', { rcpt: 'hang' }],
    ['before the answer to it', { data: 'hang' }],
  ])('%s is aborted at once: it spends no retry, and its connection is cut', async (_, script) => {
    const server = await serving(script);
    const ending = new AbortController();
    const attempt = room(server.url).attempt({ permit: lasting(ending.signal) });
    await waitFor('the conversation to stand', () => server.held() === 1);
    ending.abort();
    expect((await attempt).verdict).toMatchObject({ type: 'abstained', reason: expect.stringMatching(/^aborted: /) });
    await waitFor('the connection to be cut', () => server.open() === 0);
    expect(server.received).toHaveLength(0);
  });

  it('before it began makes no connection', async () => {
    const server = await serving();
    const { verdict } = await room(server.url).attempt({ permit: lasting(AbortSignal.abort()) });
    expect(verdict).toMatchObject({ type: 'abstained' });
    expect(server.connections()).toBe(0);
  });
});

describe('leave to make the attempt', () => {
  it('that is withdrawn while the server makes us wait: nothing of the message is written', async () => {
    const server = await serving();
    const email = room(server.url);
    const asked: string[] = [];
    const mayStart = (): boolean => (asked.push(`${server.begun()} begun, ${server.open()} open`), false);
    const { verdict } = await email.attempt({ permit: { ...lasting(), mayStart } });
    expect(verdict).toMatchObject({
      type: 'abstained',
      reason: expect.stringMatching(/^aborted: .*ownership is unsure/),
    });
    await waitFor('the connection to end', () => server.open() === 0);
    // Asked once, after the connection was made.
    expect(asked).toEqual(['0 begun, 1 open']);
    expect(server.begun()).toBe(0);
    expect(server.received).toHaveLength(0);
  });

  it('that holds: the message goes out, and the same pool serves on', async () => {
    const server = await serving();
    const email = room(server.url);
    await email.attempt({ permit: { ...lasting(), mayStart: () => false } });
    expect((await email.attempt()).verdict).toEqual({ type: 'delivered' });
    expect(server.received).toHaveLength(1);
  });
});

describe('connections', () => {
  it('several conversations that stand still do not stop another mail', async () => {
    const server = await serving({ data: 'hang' });
    const email = room(server.url, 5000, 4);
    const ending = new AbortController();
    const slow = Array.from({ length: 3 }, () => email.attempt({ permit: lasting(ending.signal) }));
    await waitFor('three to stand', () => server.held() === 3);
    server.answerWith({});
    expect((await email.attempt()).verdict).toEqual({ type: 'delivered' });
    ending.abort();
    await Promise.all(slow);
  });

  it('serve one mail after the other', async () => {
    const server = await serving();
    const email = room(server.url);
    for (let mail = 0; mail < 5; mail += 1) {
      await email.attempt({ job: { ...JOB, redrive: mail + 1 } });
      await after(0); // nodemailer frees a connection in a later turn
    }
    expect(server.received).toHaveLength(5);
    expect(server.connections()).toBeLessThan(5);
  });
});
