import type { AuthType, Job, Kind } from '#libs/contracts';
import type { Verdict } from '#libs/ordering';

/** An endpoint's settings of the moment (the job carries those of routing time): a fixed URL heals waiting calls. */
export interface CurrentEndpoint {
  /** UUID. */
  readonly id: string;
  /** UUID. */
  readonly projectId: string;
  readonly target: string;
  readonly authType: AuthType;
  readonly enabled: boolean;
  /** The bearer token in clear, for `BEARER` only; null when none was set. Never logged. */
  readonly bearerToken: string | null;
}

/** What one attempt is made of. */
export interface AttemptInput {
  readonly job: Job;
  readonly endpoint: CurrentEndpoint;
  /** 1 to 7. */
  readonly attempt: number;
  /** W3C trace context to hand to the receiver. */
  readonly traceparent: string;
}

/** What came back: an answer, or a failure on the way. Exactly one of `status` and `failure` is not null. */
export interface Answer {
  /** HTTP or SMTP status. */
  readonly status: number | null;
  /** At most 16 KiB of the answer's body, as text. */
  readonly body: string | null;
  /** The `Retry-After` header as received (seconds or an HTTP date). */
  readonly retryAfter: string | null;
  /** A stable code (`timeout`, `refused`, `reset`, `dns`, `tls`, `aborted`, …) and what happened in words. */
  readonly failure: { readonly code: string; readonly message: string } | null;
}

/** Leave to make one attempt. It can be withdrawn at any time: a process that is stopped may lose its partitions. */
export interface Permit {
  /** Aborted on drain: what is under way ends. */
  readonly signal: AbortSignal;
  /**
   * To be asked last before the first byte goes out, after all waiting (for a connection, say): false when the lane may
   * have another owner by now. What was started earlier may end.
   */
  mayStart(): boolean;
}

/**
 * A room: everything that is particular to one destination. Three pure functions and one attempt at I/O; no retry
 * inside. `Request` is the room's own form of what goes over the wire.
 */
export interface Destination<Request> {
  readonly kind: Kind;
  /** Pure. Throws `UnrenderableError` when the job can never be sent with these settings: the job is refused. */
  render(input: AttemptInput): Request;
  /**
   * One attempt. Never rejects: what goes wrong on the way is the answer's `failure`.
   * @param permit when it is withdrawn, the answer is `failure.code === 'aborted'`, and a request that was not written
   * yet never is.
   */
  send(request: Request, permit: Permit): Promise<Answer>;
  /** Pure. Judges by code and status, never by message text. `now` in Unix milliseconds, for HTTP dates. */
  classify(answer: Answer, now: number): Verdict;
}

/** The settings or the job can never make a request: names what is wrong and what to do. */
export class UnrenderableError extends Error {
  override readonly name = 'UnrenderableError';
}
