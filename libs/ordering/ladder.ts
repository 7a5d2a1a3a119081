import type { WakeUp } from './lane.js';

/** One attempt and six retries, whatever the ladder's length. Source: the public contract, "Delivery behaviour". */
export const MAX_ATTEMPTS = 7;

/** Delays in milliseconds, rung 1 first; none is shorter than the one before it. */
export type Ladder = readonly number[];

/**
 * The wake-up for the retry after attempt `attempt` (from 1). The attempt's own rung has its number (a short ladder's
 * last rung serves all further ones). A receiver's wish for a longer pause moves it up to the first rung that is long
 * enough, at most to the last one; never down.
 *
 * @param afterMs the receiver's wish (`Retry-After`), in milliseconds from `now`.
 * @param now Unix milliseconds.
 */
export function wakeUpAfter(attempt: number, afterMs: number | undefined, ladder: Ladder, now: number): WakeUp {
  const own = Math.min(attempt, ladder.length);
  const longEnough = ladder.findIndex((delay, index) => index >= own - 1 && delay >= (afterMs ?? 0));
  const rung = longEnough < 0 ? ladder.length : longEnough + 1;
  return { rung, dueAt: now + ladder[rung - 1]! };
}
