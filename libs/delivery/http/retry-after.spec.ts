import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

const NOW = Date.UTC(2026, 4, 12, 10, 24, 0);

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 120 ', 120_000],
    ['Tue, 12 May 2026 10:24:30 GMT', 30_000],
    ['Tuesday, 12-May-26 10:24:30 GMT', 30_000],
    ['Tue May 12 10:24:30 2026', 30_000],
    ['Fri May  1 10:24:30 2026', 0],
    ['Tue, 12 May 2026 10:23:59 GMT', 0],
  ])('of %j is understood, in milliseconds from now', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });

  it.each([
    null,
    '',
    'soon',
    '-1',
    '1.5',
    '1e3',
    '99999999999',
    '2026-05-12T10:24:30Z',
    'Xyz, 99 May 2026 10:24:30 GMT',
  ])('of %j says nothing', (header) => {
    expect(retryAfterMs(header, NOW)).toBeNull();
  });
});
