import { createTransport } from 'nodemailer';
import { Readable } from 'node:stream';
import { PERMIT_WITHDRAWN, type Answer, type Permit } from '#libs/delivery';
import { answered, answerOfError, failed } from './email.failure.js';
import type { Mail } from './email.render.js';

export interface SmtpOptions {
  /** `SMTP_URL`; nodemailer's options may stand in its query (`?requireTLS=true`). */
  readonly url: string;
  /** One attempt as a whole, in milliseconds. */
  readonly timeoutMs: number;
  /** To the server; not below the attempts in flight, or they wait in line on their time-out's account. */
  readonly connections: number;
}

export interface Smtp {
  /**
   * One mail, one answer: no retry inside. Never rejects; what goes wrong is the answer's `failure`.
   * @param permit asked when the server is ready for the message and nothing of it is written yet; withdrawn:
   * `failure.code === 'aborted'`, and the server has nothing that it could deliver.
   */
  send(mail: Mail, permit: Permit): Promise<Answer>;
  /** Cuts every connection; attempts still in flight fail. */
  close(): void;
}

/**
 * Mails over shared connections (nodemailer's pool).
 *
 * nodemailer's time-outs are for stages and for silence, and a server that drips answers defeats them: the attempt as a
 * whole is bounded here, by a signal that takes the mail out of the pool's queue or cuts the connection it is on. What
 * was cut before the message's final dot is nothing the server may deliver (RFC 5321, 4.1.1.4).
 */
export function createSmtp({ url, timeoutMs, connections }: SmtpOptions): Smtp {
  const transport = createTransport({
    url,
    requireTLS: mustBeSecret(url),
    pool: true,
    maxConnections: connections,
    // Sending again is the ladder's.
    maxRequeues: 0,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // Before the time-out of silence: an unused connection ends with a good-bye.
    idleTimeout: timeoutMs / 2,
    socketCloseTimeout: 1000,
  });
  /** By the signal of the attempt, which is what nodemailer hands back: asks for leave to write the message. */
  const gates = new WeakMap<AbortSignal, () => void>();
  transport.use('stream', (mail, done) => {
    const gate = mail.data.signal ? gates.get(mail.data.signal) : undefined;
    if (gate !== undefined) mail.message.processFunc((message) => gated(message, gate));
    done();
  });

  return {
    send: async (mail, permit) => {
      if (permit.signal.aborted) return failed('aborted');
      const cutting = new AbortController();
      let given: Answer | null = null;
      const giveUp = (answer: Answer): void => {
        given ??= answer;
        cutting.abort();
      };
      gates.set(cutting.signal, () => {
        if (permit.mayStart()) return;
        given ??= failed('aborted', PERMIT_WITHDRAWN);
        throw new Error(PERMIT_WITHDRAWN);
      });
      const timer = setTimeout(() => giveUp(failed('timeout')), timeoutMs);
      const onAbort = (): void => giveUp(failed('aborted'));
      permit.signal.addEventListener('abort', onAbort);
      try {
        const { response } = await transport.sendMail({ ...messageOf(mail), signal: cutting.signal });
        return answered(Number(response.slice(0, 3)), response);
      } catch (error) {
        return given ?? answerOfError(error);
      } finally {
        clearTimeout(timer);
        permit.signal.removeEventListener('abort', onAbort);
      }
    },
    close: () => transport.close({ force: true }),
  };
}

/**
 * A password does not go over a network in clear because somebody on the way hides that the server offers TLS. Whoever has
 * no other server says so in the URL (`?requireTLS=false`), which comes before what is set here.
 */
export function mustBeSecret(url: string): boolean {
  const { username, password, hostname } = new URL(url);
  return (username !== '' || password !== '') && !/^(?:127\.[\d.]+|localhost|\[::1\])$/.test(hostname);
}

/** Reads nothing, and asks nothing, before somebody reads it: nodemailer does when the server has answered `354`. */
function gated(message: Readable, gate: () => void): Readable {
  return Readable.from(
    (async function* () {
      gate();
      yield* message as AsyncIterable<Buffer>;
    })(),
    { objectMode: false },
  );
}

function messageOf({ from, to, messageId, date, headers, boundary, subject, text, html }: Mail) {
  return {
    from: { name: from.name ?? '', address: from.address },
    to: { name: '', address: to },
    envelope: { from: from.address, to: [to] },
    messageId,
    date,
    headers: { ...headers },
    // nodemailer would write -ID.
    normalizeHeaderKey: (key: string) =>
      Object.keys(headers).find((name) => name.toLowerCase() === key.toLowerCase()) ?? key,
    baseBoundary: boundary,
    subject,
    text,
    html,
    // Content is text, never a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
