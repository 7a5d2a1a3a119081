import type { Verdict } from '#libs/ordering';
import type { Answer } from './destination.js';

/** What an attempt says of its endpoint, whatever becomes of the event. */
export type Signal =
  /** It answered: also who refuses an event is well. */
  | 'answered'
  /** It has too much to do: 429, 408, or `Retry-After`. */
  | 'busy'
  /** It did not answer in time. */
  | 'timeout'
  /** It answered 5xx, or could not be reached. */
  | 'failed';

/**
 * By code and status, never by words.
 * @param holdMs how long the endpoint asks not to be called; null: it does not.
 * @returns null when it says nothing: nothing was sent, or the fault is ours.
 */
export function signalOf(verdict: Verdict, answer: Answer | undefined, holdMs: number | null): Signal | null {
  if (answer === undefined || verdict.type === 'abstained') return null;
  const { failure, status } = answer;
  // What is never sent (a forbidden target) is refused with a failure.
  if (verdict.type !== 'retry') return failure === null ? 'answered' : null;
  if (failure !== null) return failure.code === 'timeout' ? 'timeout' : 'failed';
  return holdMs !== null || (status !== null && status < 500) ? 'busy' : 'failed';
}
