/** A request at a customer's receiver and what became of it: all that the oracles know. */
export interface Exchange {
  /** The receiver's endpoint, as a number from 0. */
  readonly endpoint: number;
  readonly callId: string;
  readonly eventId: string;
  readonly deliveryId: string;
  /** As the request says. */
  readonly attempt: number;
  /** When its headers were read, Unix milliseconds with fractions: before anything of the answer. */
  readonly arrivedAt: number;
  /** When the answer was given or the connection was over; null: it is open still. */
  endedAt: number | null;
  end: End | null;
  /** What the answer asked for with `Retry-After`. */
  retryAfter: RetryAfter | null;
}

/**
 * `delivered`: 2xx; `refused`: a final status; `failed`: an answer to try again, or a connection that we reset, whether
 * the event was taken before or not; `cut`: the sender ended the connection (a time-out, an abort, its death).
 */
export type End = 'delivered' | 'refused' | 'failed' | 'cut';

/** `ms` from the answer, or a moment (Unix milliseconds), as an HTTP date has it. */
export type RetryAfter = { readonly ms: number } | { readonly at: number };

/** Attempts of one event, at most. Source: the public contract. */
export const MAX_ATTEMPTS = 7;

/** True when nothing may follow this one but its successor: the sender had a final answer, or has no attempt left. */
export function isFinal({ end, attempt }: Exchange): boolean {
  return end === 'delivered' || end === 'refused' || (end !== null && attempt >= MAX_ATTEMPTS);
}

/** `attempt 2 of abc-1/7 at endpoint 0`. */
export function describeExchange({ endpoint, eventId, attempt }: Exchange): string {
  return `attempt ${attempt} of ${eventId} at endpoint ${endpoint}`;
}
