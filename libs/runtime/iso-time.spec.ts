/** Oracle: `Date.prototype.toISOString`. */
import { expect, it } from '@jest/globals';
import { isoTime } from './iso-time.js';

it('is what toISOString has, also when the clock goes back', () => {
  const start = Date.UTC(2026, 11, 31, 23, 59, 58, 990);
  const times = [...Array.from({ length: 2500 }, (_, ms) => start + ms), start, start - 1, 0, -1, -1000];
  for (const ms of times) expect(isoTime(ms)).toBe(new Date(ms).toISOString());
});
