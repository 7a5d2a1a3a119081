import { failureOf, type Answer } from '#libs/delivery';

type Failure = NonNullable<Answer['failure']>;

/** Our own mail server does not let us in. */
export const LOGIN_REFUSED = 'smtp_login';

/** The codes are those of HTTP rooms where they mean the same (operators filter by them). */
const WORDS = {
  timeout: 'the mail server did not answer in time',
  refused: 'the mail server refused the connection',
  reset: 'the mail server closed the connection before it had answered',
  unreachable: "the mail server's address cannot be reached",
  dns: "the mail server's host name does not resolve",
  tls: 'no trusted TLS connection to the mail server',
  protocol: 'the mail server does not speak SMTP with us',
  connection: 'the connection to the mail server failed',
  aborted: 'the attempt was given up before it was answered',
  local_limit: 'this machine is out of ports, files or memory for another connection',
  [LOGIN_REFUSED]: 'our mail server refused the login; check user and password in SMTP_URL',
} as const;

export type FailureCode = keyof typeof WORDS;

/** nodemailer's codes that tell all there is to tell. */
const CODE_OF: ReadonlyMap<string, FailureCode> = new Map([
  ['ETIMEDOUT', 'timeout'],
  ['EDNS', 'dns'],
  ['ETLS', 'tls'],
  ['EREQUIRETLS', 'tls'],
  ['EPROTOCOL', 'protocol'],
  // It closed the connection in the middle.
  ['ECONNECTION', 'reset'],
  ['EAUTH', LOGIN_REFUSED],
  ['ENOAUTH', LOGIN_REFUSED],
  ['EOAUTH2', LOGIN_REFUSED],
]);
/** The server's answers to a mail that say: log in first (RFC 4954). */
const LOGIN_WANTED: ReadonlySet<number> = new Set([530, 535]);
/** Codes under which an answer is about this mail, not about the connection. */
const ABOUT_THE_MAIL: ReadonlySet<string> = new Set(['EENVELOPE', 'EMESSAGE']);

export function failed(code: FailureCode, detail?: string): Answer {
  const message = detail === undefined ? WORDS[code] : `${WORDS[code]} (${detail})`;
  return { status: null, body: null, retryAfter: null, failure: { code, message } satisfies Failure };
}

/** What nodemailer rejects with: an answer of the server, or a failure on the way. By codes, never by text. */
export function answerOfError(error: unknown): Answer {
  if (typeof error !== 'object' || error === null) return failed('connection');
  const code = textOf(error, 'code');
  const status = 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : null;
  // An error with a good answer is one that came at the wrong time: it takes no mail.
  if (status !== null && status >= 400) {
    if (LOGIN_WANTED.has(status)) return failed(LOGIN_REFUSED, String(status));
    if (ABOUT_THE_MAIL.has(code ?? '') || status < 500) return answered(status, textOf(error, 'response'));
  }
  // Of the socket, which nodemailer's own code only repeats in general.
  const original = textOf(error, 'originalCode');
  const known = CODE_OF.get(code ?? '');
  if (original !== null && (known === undefined || code === 'ECONNECTION')) return ofSocket(original);
  // Of a stage, or of the attempt as a whole (email.send.ts): whichever fires first.
  if (known === 'timeout') return failed(known);
  if (known !== undefined) return failed(known, status === null ? (code ?? undefined) : String(status));
  return code === null ? failed('connection') : ofSocket(code);
}

/** @param text the server's own words. */
export function answered(status: number, text: string | null): Answer {
  return { status, body: text === null ? null : kept(text), retryAfter: null, failure: null };
}

function ofSocket(socketCode: string): Answer {
  const { code } = failureOf({ code: socketCode });
  return failed(code in WORDS ? (code as FailureCode) : 'connection', socketCode);
}

/** In UTF-16 units: at most 16 KiB as UTF-8. Postgres' text has no U+0000. */
const MAX_KEPT = 4096;

function kept(text: string): string {
  return text.slice(0, MAX_KEPT).replaceAll('\0', '\ufffd').toWellFormed();
}

function textOf(error: object, name: string): string | null {
  const value = (error as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : null;
}
