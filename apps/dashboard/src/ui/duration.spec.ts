import { describe, expect, it } from '@jest/globals';
import { durationText, wholeText } from './duration.js';

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1000, '1 s'],
    [12_340, '12.3 s'],
    [19_999, '19.9 s'],
    [41_000, '41 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [11_040_000, '3 h 4 min'],
    [190_800_000, '2 d 5 h'],
    [-5, '0 ms'],
  ])('of %d ms is told as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('that ticks is told in whole seconds', () => {
    expect([0, 999, 1500, 61_000].map(wholeText)).toEqual(['0 s', '0 s', '1 s', '1 min 1 s']);
  });
});
