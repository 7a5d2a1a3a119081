import type { KeyObject } from 'node:crypto';
import type { AuthType, Job, Kind } from '#libs/contracts';
import type { Verdict } from '#libs/ordering';

/** What a request is signed with. */
export interface SigningKey {
  /** UUID: `X-Recho-Key-Id`. */
  readonly id: string;
  /** RSA. Never logged. */
  readonly privateKey: KeyObject;
}

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
  /** The active key, for `SIGNATURE_RSA_SHA256` only; null when there is none. */
  readonly signingKey: SigningKey | null;
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
   * To be asked last before the first byte goes out, after all waiting (for a connection, say): false when the lane is
   * handed over, or may have another owner by now. What was started earlier may end.
   */
  mayStart(): boolean;
}

/** Says of an attempt that it was not started because its permit was withdrawn. */
export const PERMIT_WITHDRAWN = 'ownership is unsure: the partition is handed over, or may have another owner by now';

/**
 * A room: everything that is particular to one destination. Three pure functions and one attempt at I/O; no retry
 * inside. `Request` is the room's own form of what goes over the wire.
 */
export interface Destination<Request> {
  readonly kind: Kind;
  /** How often one endpoint may be called; left out: as often as there is room for attempts. */
  readonly pace?: Pace;
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
  /**
   * Pure. How long the endpoint as a whole asks not to be called again, in milliseconds; null: it does not ask.
   * `now` in Unix milliseconds.
   */
  askedToWaitMs?(answer: Answer, now: number): number | null;
}

/** A steady rate with short bursts above it. */
export interface Pace {
  readonly perSecond: number;
  /** Calls that may be made at once after a rest. */
  readonly burst: number;
}

/** The settings or the job can never make a request: names what is wrong and what to do. */
export class UnrenderableError extends Error {
  override readonly name = 'UnrenderableError';
}
