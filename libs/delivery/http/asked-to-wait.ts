import type { Answer } from '../destination.js';
import { retryAfterMs } from './retry-after.js';

/** Of a 429 that does not say how long, in milliseconds. */
const DEFAULT_WAIT_MS = 1000;

/** `askedToWaitMs` of rooms that speak HTTP: who answers `Retry-After` means all that it is sent, not one message. */
export function askedToWait({ status, retryAfter }: Answer, now: number): number | null {
  return status === 429 || status === 503 ? retryAfterMs(retryAfter, now) : null;
}

/** The same of rooms whose 429 is about the endpoint, also without a time. */
export function askedToWaitOn429(answer: Answer, now: number): number | null {
  return askedToWait(answer, now) ?? (answer.status === 429 ? DEFAULT_WAIT_MS : null);
}
