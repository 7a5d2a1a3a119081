/** Oracle: the table of ADR 13. */
import type { Verdict } from '#libs/ordering';
import { signalOf, type Signal } from './endpoint-signal.js';

const DELIVERED: Verdict = { type: 'delivered' };
const REFUSED: Verdict = { type: 'refused', reason: 'http_404: no' };
const RETRY: Verdict = { type: 'retry', reason: 'again' };
const OURS: Verdict = { type: 'abstained', reason: 'aborted: by us' };
const status = (code: number) => ({ status: code, body: null, retryAfter: null, failure: null });
const failure = (code: string) => ({ status: null, body: null, retryAfter: null, failure: { code, message: '' } });

it.each<[string, Signal | null, Parameters<typeof signalOf>]>([
  ['an answer', 'answered', [DELIVERED, status(200), null]],
  ['a refusal: it is well, and does not want the event', 'answered', [REFUSED, status(404), null]],
  ['429', 'busy', [RETRY, status(429), null]],
  ['408', 'busy', [RETRY, status(408), null]],
  ['503 with Retry-After', 'busy', [RETRY, status(503), 2000]],
  ['503', 'failed', [RETRY, status(503), null]],
  ['no connection', 'failed', [RETRY, failure('refused'), null]],
  ['a time-out', 'timeout', [RETRY, failure('timeout'), null]],
  ['a forbidden target, to which nothing was sent', null, [REFUSED, failure('forbidden'), null]],
  ['a fault of ours', null, [OURS, failure('aborted'), null]],
  ['no attempt', null, [OURS, undefined, null]],
])('of an endpoint, %s says %s', (_, expected, told) => {
  expect(signalOf(...told)).toBe(expected);
});
