import type { Exchange } from './exchange.js';

/** What the sender was told, in milliseconds. */
export interface RetryTerms {
  /** Delays, rung 1 first. */
  readonly ladder: readonly number[];
  /** Of one attempt. */
  readonly timeoutMs: number;
}

/** Clocks of two processes, read in whole milliseconds, and timers. */
const GRAIN_MS = 5;
/** A connection that the sender cut is seen to be over some time later, and its time-out began before the arrival. */
const CUT_GRAIN_MS = 250;

/** When the retry of a failed attempt is due, and when it is certainly early. Unix milliseconds. */
export function retryTime(failed: Exchange, { ladder, timeoutMs }: RetryTerms): { due: number; earliest: number } {
  const own = Math.min(failed.attempt, ladder.length) - 1;
  const longest = ladder.at(-1)!;
  const { arrivedAt, endedAt, end, retryAfter } = failed;
  const over = endedAt ?? Number.POSITIVE_INFINITY;
  if (end === 'cut') {
    const due = Math.min(over, arrivedAt + timeoutMs) + ladder[own]!;
    return { due, earliest: due - CUT_GRAIN_MS };
  }
  let due = over + ladder[own]!;
  if (retryAfter !== null && 'ms' in retryAfter) {
    // The first rung that is long enough, but never a shorter one than the attempt's own.
    const { ms } = retryAfter;
    due = over + (ladder.slice(own).find((delay) => delay >= ms) ?? longest);
  } else if (retryAfter !== null) {
    due = Math.max(due, Math.min(retryAfter.at, over + longest));
  }
  return { due, earliest: due - GRAIN_MS };
}
