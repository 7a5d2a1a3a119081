import { errors } from 'undici';
import type { Answer } from '../destination.js';

export type Failure = NonNullable<Answer['failure']>;

/**
 * What went wrong on the way, by the error's code (never by its text). The codes are stable: operators filter by them.
 *
 * `timeout`, `refused`, `reset`, `unreachable`, `dns`, `tls`, `protocol`, `connection`, `forbidden` are the endpoint's
 * or the network's; `aborted` (we gave the attempt up) and `local_limit` (this machine is out of ports, files or memory) are
 * ours.
 */
const WORDS = {
  timeout: 'the endpoint did not answer in time',
  refused: 'the endpoint refused the connection',
  reset: 'the endpoint closed the connection before it had answered',
  unreachable: "the endpoint's address cannot be reached",
  dns: "the endpoint's host name does not resolve",
  tls: 'no trusted TLS connection to the endpoint',
  protocol: "the endpoint's answer is not valid HTTP",
  connection: 'the connection to the endpoint failed',
  forbidden: "the endpoint's host leads to a private or reserved address, which nothing is delivered to",
  aborted: 'the attempt was given up before it was answered',
  local_limit: 'this machine is out of ports, files or memory for another connection',
} as const;

export type FailureCode = keyof typeof WORDS;

const CODE_OF: ReadonlyMap<string, FailureCode> = new Map([
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['ECONNABORTED', 'reset'],
  // undici: the other side closed.
  ['UND_ERR_SOCKET', 'reset'],
  // A body shorter than its Content-Length: the connection ended in the middle.
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'reset'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['ENOTFOUND', 'dns'],
  ['ENODATA', 'dns'],
  ['ERR_FORBIDDEN_ADDRESS', 'forbidden'],
  ['EPROTO', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['HOSTNAME_MISMATCH', 'tls'],
  ['INVALID_CA', 'tls'],
  ['INVALID_PURPOSE', 'tls'],
  ['PATH_LENGTH_EXCEEDED', 'tls'],
  ['UND_ERR_HEADERS_OVERFLOW', 'protocol'],
  ['UND_ERR_ABORTED', 'aborted'],
  ['UND_ERR_DESTROYED', 'aborted'],
  ['UND_ERR_CLOSED', 'aborted'],
  ['EMFILE', 'local_limit'],
  ['ENFILE', 'local_limit'],
  ['ENOMEM', 'local_limit'],
  ['ENOBUFS', 'local_limit'],
  ['EADDRNOTAVAIL', 'local_limit'],
]);

/** Families of codes of which each has many members. */
const PREFIXES: readonly (readonly [string, FailureCode])[] = [
  ['EAI_', 'dns'],
  ['ERR_TLS_', 'tls'],
  ['ERR_SSL_', 'tls'],
  ['CERT_', 'tls'],
  ['CRL_', 'tls'],
  ['UNABLE_TO_', 'tls'],
  ['ERROR_IN_C', 'tls'],
];

export function failure(code: FailureCode, detail?: string): Failure {
  return { code, message: detail === undefined ? WORDS[code] : `${WORDS[code]} (${detail})` };
}

/** Any error of undici, `node:net`, `node:tls` or `node:dns`. An unknown one is a failed connection. */
export function failureOf(error: unknown): Failure {
  // The only error of undici that may come without a code.
  if (error instanceof errors.HTTPParserError) return failure('protocol');
  const code = codeOf(error);
  if (code === null) return failure('connection');
  const known = CODE_OF.get(code) ?? PREFIXES.find(([prefix]) => code.startsWith(prefix))?.[1];
  return failure(known ?? 'connection', code);
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // When a name has several addresses, all their failures come as one error.
  return error instanceof AggregateError ? codeOf(error.errors[0]) : null;
}
