import { describe, expect, it } from '@jest/globals';
import { whileOpen, type BreakerEvent } from './breaker-watch.js';

const iso = (ms: number): string => new Date(ms).toISOString();
const told = (type: string, at: number, since = at): BreakerEvent => ({
  type: `endpoint.${type}`,
  projectId: 'p',
  since: iso(since),
  at: iso(at),
});
/** Open from 1,000 to 5,000, with a probe that failed. */
const EVENTS = [
  told('share.fell', 900),
  told('breaker.opened', 1000),
  told('breaker.opened', 3000, 1000),
  told('share.fell', 3500),
  told('breaker.closed', 5000),
];

describe('what came while a breaker was open', () => {
  it('is its probes, and nothing else: one that failed, and the one that closed it', () => {
    expect(whileOpen(EVENTS, [500, 1050, 2900, 4990, 5001, 6000], 0)).toEqual({ openings: 1, attempts: 2, probes: 2 });
  });

  it('is more than probes when an attempt was made that was none', () => {
    expect(whileOpen(EVENTS, [2000, 2900, 4990], 0)).toEqual({ openings: 1, attempts: 3, probes: 2 });
  });

  it('counts nothing from before', () => {
    expect(whileOpen(EVENTS, [2000, 2900], 5001)).toEqual({ openings: 0, attempts: 0, probes: 0 });
  });
});
