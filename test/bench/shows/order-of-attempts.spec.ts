import { describe, expect, it } from '@jest/globals';
import { disorderIn } from './order-of-attempts.js';

/** Two calls: 0, 2, 4 and 1, 3, 5. */
const SHAPE = { activeCalls: 2, eventsPerCall: 3 };
/** Number and status in turn, at one endpoint. */
const disorder = (...attempts: [number, number][]) =>
  disorderIn(
    {
      endpoints: attempts.map(() => 0),
      numbers: attempts.map(([number]) => number),
      times: attempts.map((_, index) => index),
      attempts: attempts.map(() => 1),
      statuses: attempts.map(([, status]) => status),
    },
    0,
    SHAPE,
  );

describe('what a receiver sees of order', () => {
  it('is right when each event is tried until it is taken, and only then the next of its call', () => {
    expect(disorder([0, 500], [1, 200], [0, 200], [0, 200], [2, 500], [3, 200], [2, 200], [4, 200])).toEqual({
      wrongPairs: 0,
      overtaking: 0,
    });
  });

  it('is wrong when a later event is tried while an earlier one is not taken', () => {
    expect(disorder([0, 500], [2, 500], [0, 200], [2, 200])).toEqual({ wrongPairs: 0, overtaking: 1 });
  });

  it('is wrong when a later event is taken first', () => {
    expect(disorder([0, 500], [2, 200], [0, 200], [4, 200])).toEqual({ wrongPairs: 1, overtaking: 1 });
  });
});
