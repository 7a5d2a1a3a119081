import { classifyFailure, type Answer } from '#libs/delivery';
import type { Verdict } from '#libs/ordering';
import { LOGIN_REFUSED } from './email.failure.js';

/** RFC 5321, 4.2.1: 2xx taken, 4xx again later, 5xx never. */
export function classifySmtp({ status, failure }: Answer): Verdict {
  if (failure !== null) {
    const { code, message } = failure;
    // No mail can go out until an operator looks: a fault of ours, for which no delivery shall end as a dead letter.
    return code === LOGIN_REFUSED ? { type: 'abstained', reason: `${code}: ${message}` } : classifyFailure(failure);
  }
  if (status === null) return { type: 'retry', reason: 'connection: the mail server did not answer' };
  if (status >= 200 && status < 300) return { type: 'delivered' };

  const reason = `smtp_${status}: the mail server answered ${status}`;
  if (status < 500) return { type: 'retry', reason };
  return { type: 'refused', reason: `${reason}; check the endpoint's address` };
}
