import { describe, expect, it } from '@jest/globals';
import type { Exchange } from './exchange.js';
import { retryTime } from './retry-time.js';

const TERMS = { ladder: [300, 600, 1000, 3000], timeoutMs: 2000 };

/** Arrived at 1,000,000, answered 100 ms later. */
function failed(vary: Partial<Exchange> = {}): Exchange {
  return {
    endpoint: 0,
    callId: 'x',
    eventId: 'x/1',
    deliveryId: 'd',
    attempt: 1,
    arrivedAt: 1_000_000,
    endedAt: 1_000_100,
    end: 'failed',
    retryAfter: null,
    ...vary,
  };
}
const ANSWERED = 1_000_100;
const due = (vary: Partial<Exchange>): number => retryTime(failed(vary), TERMS).due - ANSWERED;

describe('a retry is due', () => {
  it("after the delay of its attempt's rung; the last one serves all further attempts", () => {
    expect([1, 2, 3, 4, 5, 6].map((attempt) => due({ attempt }))).toEqual([300, 600, 1000, 3000, 3000, 3000]);
  });

  it.each([
    ['at the first rung that is as long as what was asked for', 1, 1000, 1000],
    ['at a longer one when none fits', 1, 2000, 3000],
    ["never before its attempt's own rung", 3, 500, 1000],
    ['at the longest when more was asked for', 1, 60_000, 3000],
  ])('%s', (_, attempt, ms, expected) => {
    expect(due({ attempt, retryAfter: { ms } })).toBe(expected);
  });

  it('not before a date that was named, nor before its own rung, and by the longest rung at the latest', () => {
    expect(due({ retryAfter: { at: ANSWERED + 1700 } })).toBe(1700);
    expect(due({ retryAfter: { at: ANSWERED + 100 } })).toBe(300);
    expect(due({ retryAfter: { at: ANSWERED + 60_000 } })).toBe(3000);
  });

  it('from the time-out on when there was no answer; seen late, it counts from when it must have been', () => {
    const cut = failed({ end: 'cut', endedAt: 1_005_000 });
    expect(retryTime(cut, TERMS)).toEqual({ due: 1_002_300, earliest: 1_002_050 });
  });
});
