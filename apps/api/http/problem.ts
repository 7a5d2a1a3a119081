import { STATUS_CODES } from 'node:http';

/** What is wrong with one field of a request. */
export interface FieldFault {
  /** As in `triggers.OUTBOUND_CALL_ERROR[0]`; `body` is the whole of it. */
  readonly field: string;
  readonly message: string;
}

export interface ProblemExtras {
  readonly errors?: readonly FieldFault[];
  readonly headers?: Readonly<Record<string, string>>;
  /** A URI of this occurrence. */
  readonly instance?: string;
  readonly cause?: unknown;
}

/** An answer that is no success, as RFC 9457 wants it told: thrown anywhere, written by the ProblemFilter. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly errors: readonly FieldFault[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly instance: string | undefined;

  /**
   * @param code stable, in snake_case: the last part of `type`.
   * @param detail what is wrong and what to do.
   */
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    extras: ProblemExtras = {},
  ) {
    super(detail, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.errors = extras.errors;
    this.headers = extras.headers ?? {};
    this.instance = extras.instance;
  }

  toJSON(): object {
    const { status, code, message, errors, instance } = this;
    return {
      type: `urn:recho:problem:${code}`,
      title: STATUS_CODES[status] ?? 'Error',
      status,
      detail: message,
      ...(errors && { errors }),
      ...(instance && { instance }),
    };
  }
}

/** The part of Fastify's reply that is used here. */
export interface ProblemReply {
  status(code: number): ProblemReply;
  headers(headers: Readonly<Record<string, string>>): ProblemReply;
  send(body: string): unknown;
}

export function sendProblem(reply: ProblemReply, problem: Problem): void {
  reply
    .status(problem.status)
    .headers({ ...problem.headers, 'content-type': 'application/problem+json; charset=utf-8' })
    .send(JSON.stringify(problem));
}

/** 401: nobody knows who asks. */
export function unauthorized(detail: string, headers: Readonly<Record<string, string>> = {}): Problem {
  return new Problem(401, 'unauthorized', detail, { headers: { 'www-authenticate': 'Bearer', ...headers } });
}

/** @param what as in `project`, `endpoint`. */
export function notFound(what: string, id: string, hint = ''): Problem {
  return new Problem(404, 'not_found', `there is no ${what} ${shorten(id)}${hint}`);
}

/** @param what as in `Cannot GET /v2`. */
export function noSuchRoute(what: string): Problem {
  return new Problem(404, 'no_such_route', `${shorten(what)}: there is no such route; /docs lists them all`);
}

const NAMED = 3;

/** 422: the request can be read, but not be done. */
export function invalid(errors: readonly FieldFault[], code = 'invalid_request'): Problem {
  const named = errors.slice(0, NAMED).map(({ field, message }) => `${field} ${message}`);
  if (errors.length > NAMED) named.push(`and ${errors.length - NAMED} more faults`);
  return new Problem(422, code, named.join('; '), { errors });
}

/** Seconds until it may make sense to ask again. */
const RETRY_AFTER = '2';

/** 503: the same request may succeed later. */
export function unavailable(code: string, detail: string, cause?: unknown): Problem {
  return new Problem(503, code, detail, { headers: { 'retry-after': RETRY_AFTER }, cause });
}

export function shorten(text: string, most = 80): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
