/**
 * What one attempt came to, as the destination's room judged it.
 *
 * `reason` begins with a stable code and goes on in words a person can act on: `http_503: the endpoint answered 503`.
 */
export type Verdict =
  | { readonly type: 'delivered' }
  /** Try again later; `afterMs` is the receiver's own wish (Retry-After), in milliseconds from now. */
  | { readonly type: 'retry'; readonly reason: string; readonly afterMs?: number }
  /** Final: trying again cannot help. */
  | { readonly type: 'refused'; readonly reason: string }
  /** Our own fault, or no capacity: it spends no retry. */
  | { readonly type: 'abstained'; readonly reason: string };
