import type { Verdict } from '#libs/ordering';
import type { Answer } from '../destination.js';
import { retryAfterMs } from './retry-after.js';

/**
 * The verdicts of the public contract on an HTTP exchange: 2xx delivered; 408, 429, 5xx and what never answered, again;
 * the rest final. A room with more to look at (an answer's body) does so before or after.
 *
 * @param now Unix milliseconds, for a `Retry-After` that is a date.
 */
export function classifyHttp({ status, retryAfter, failure }: Answer, now: number): Verdict {
  if (failure !== null) return classifyFailure(failure);
  if (status === null) return { type: 'retry', reason: 'connection: the endpoint did not answer' };
  if (status >= 200 && status < 300) return { type: 'delivered' };

  const reason = `http_${status}: the endpoint answered ${status}`;
  if (status === 429 || status === 503) {
    const afterMs = retryAfterMs(retryAfter, now);
    return afterMs === null ? { type: 'retry', reason } : { type: 'retry', reason, afterMs };
  }
  if (status === 408 || status >= 500) return { type: 'retry', reason };
  return { type: 'refused', reason: reason + adviceOn(status) };
}

/** An attempt that got no answer, by the failure's code. */
export function classifyFailure({ code, message }: NonNullable<Answer['failure']>): Verdict {
  const reason = `${code}: ${message}`;
  // Its owner has to set another target; asking again would only look around in our network.
  if (code === 'forbidden') return { type: 'refused', reason };
  // Given up by us, or no room on this machine: not the endpoint's doing, so it spends no retry.
  const isOurs = code === 'aborted' || code === 'local_limit';
  return { type: isOurs ? 'abstained' : 'retry', reason };
}

function adviceOn(status: number): string {
  if (status < 400) return '; redirects are not followed, set the target to the final URL';
  if (status === 401 || status === 403) return "; check the endpoint's credentials";
  if (status === 404 || status === 410) return '; check the path of its target';
  return '';
}
