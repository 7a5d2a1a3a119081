import { describe, expect, it } from '@jest/globals';
import { faultsIn } from './verify.js';

/** Two calls: 0, 2, 4 and 1, 3, 5. */
const SHAPE = { activeCalls: 2, eventsPerCall: 3 };
const faults = (...numbers: number[]): string[] => faultsIn({ numbers }, 6, SHAPE);

describe('what arrived', () => {
  it('is right when each call is in its order, however calls overtake each other', () => {
    expect(faults(0, 1, 2, 3, 4, 5)).toEqual([]);
    expect(faults(1, 3, 0, 2, 5, 4)).toEqual([]);
  });

  it.each([
    ['an event that is missing', [0, 1, 2, 3, 4], ['1 events never arrived']],
    ['an event that comes twice', [0, 0, 1, 2, 3, 4, 5], ['1 events arrived again']],
    ['a call that is reversed', [2, 0, 1, 3, 4, 5], ['1 events arrived behind a later event of their call']],
    ['an event that nobody sent', [0, 1, 2, 3, 4, 5, 6, -1], ['2 events were not sent at all']],
  ])('is wrong with %s', (_, numbers, expected) => {
    expect(faults(...numbers)).toEqual(expected);
  });
});
