import type { Answer } from '../destination.js';
import { retryAfterMs } from './retry-after.js';

/** Of a 429 that does not say how long, in milliseconds. */
const DEFAULT_WAIT_MS = 1000;

/** `askedToWaitMs` of rooms where a 429 is about the endpoint as a whole, not about one message. */
export function askedToWaitOn429({ status, retryAfter }: Answer, now: number): number | null {
  return status === 429 ? (retryAfterMs(retryAfter, now) ?? DEFAULT_WAIT_MS) : null;
}
