import type { Dispatcher } from 'undici';
import { PERMIT_WITHDRAWN, type Answer, type Permit } from '../destination.js';
import { failure, failureOf } from './failure.js';

/** How much of an answer's body is kept, in bytes. */
export const MAX_BODY_KEPT = 16 * 1024;
/** How much more is read and dropped so that the connection can serve again, in bytes; then it is cut. */
const MAX_BODY_DROPPED = 64 * 1024;

/**
 * One request and its answer, as undici's handler (`undici.request` costs half as much CPU again, and twice as much with
 * a time-out and a signal).
 *
 *     waiting ──onRequestStart──▶ sent ──▶ answered ──▶ over
 *        │└───── time-out, abort, failure ────┴──────────▲
 *        └────────── permit withdrawn ───────────────────┘
 *
 * *Answered* is when the promise resolves, *over* when the connection is free or gone. They differ for a body above
 * what is kept: the answer is complete then, and the rest is dropped under the same time-out.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | null = null;
  private readonly timer: NodeJS.Timeout;
  private isAnswered = false;
  private status = 0;
  private retryAfter: string | null = null;
  private kept: Buffer[] = [];
  private keptBytes = 0;
  private droppedBytes = 0;

  /** @param siblings where the exchange is listed until it is over. */
  constructor(
    private readonly resolve: (answer: Answer) => void,
    private readonly permit: Permit,
    timeoutMs: number,
    private readonly siblings: Set<Exchange>,
  ) {
    this.timer = setTimeout(timedOut, timeoutMs, this);
  }

  giveUp(code: 'timeout' | 'aborted'): void {
    this.answer({ status: null, body: null, retryAfter: null, failure: failure(code) });
    this.over();
    this.controller?.abort(new Error(code));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while it waited for a connection: it must never be sent, the next attempt may be under way already.
    // Throwing here takes the request out of undici's queue and leaves the connection to others.
    if (this.isAnswered) throw new Error('given up');
    // While the request waited, its partition was given up, or this process was stopped: the next owner sends it.
    if (!this.permit.mayStart()) {
      this.answer({ status: null, body: null, retryAfter: null, failure: failure('aborted', PERMIT_WITHDRAWN) });
      throw new Error(PERMIT_WITHDRAWN);
    }
    this.controller = controller;
  }

  /** Comes again after each 1xx: the last one counts. */
  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.status = status;
    const retryAfter = headers['retry-after'];
    this.retryAfter = (Array.isArray(retryAfter) ? retryAfter[0] : retryAfter) ?? null;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = MAX_BODY_KEPT - this.keptBytes;
    if (room > 0) {
      this.kept.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
      this.keptBytes += Math.min(room, chunk.length);
    }
    if (chunk.length < room) return;
    this.answered();
    this.droppedBytes += chunk.length - room;
    if (this.droppedBytes > MAX_BODY_DROPPED) {
      this.over();
      controller.abort(new Error('the rest of the body is not wanted'));
    }
  }

  onResponseEnd(): void {
    this.answered();
    this.over();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: unknown): void {
    this.answer({ status: null, body: null, retryAfter: null, failure: failureOf(error) });
    this.over();
  }

  private answered(): void {
    if (this.isAnswered) return;
    this.answer({ status: this.status, body: this.bodyText(), retryAfter: this.retryAfter, failure: null });
  }

  private answer(answer: Answer): void {
    if (this.isAnswered) return;
    this.isAnswered = true;
    this.kept = [];
    this.resolve(answer);
  }

  private over(): void {
    clearTimeout(this.timer);
    this.siblings.delete(this);
  }

  private bodyText(): string | null {
    if (this.keptBytes === 0) return null;
    const bytes = this.kept.length === 1 ? this.kept[0]! : Buffer.concat(this.kept, this.keptBytes);
    // The history is kept in Postgres, whose text has no U+0000.
    return bytes.toString('utf8').replaceAll('\0', '\ufffd');
  }
}

function timedOut(exchange: Exchange): void {
  exchange.giveUp('timeout');
}
