import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { traceBudget } from './trace-budget.js';

/* Oracle: how many of those that asked were kept, on a clock that the spec sets. */

function asked(perSecond: number, gaps: readonly number[]): number[] {
  let at = 0;
  const budget = traceBudget(perSecond, () => at);
  return gaps.flatMap((gap) => {
    at += gap;
    return budget.take() ? [at] : [];
  });
}

it('with fewer a second than the budget all are kept', () => {
  expect(asked(100, Array<number>(1000).fill(10))).toHaveLength(1000);
  expect(asked(100, Array<number>(1000).fill(9))).not.toHaveLength(1000);
});

it('of a burst the budget of a second is kept, and again a second later', () => {
  expect(asked(3, [0, 0, 0, 0, 0, 1000, 0, 0, 0, 0])).toEqual([0, 0, 0, 1000, 1000, 1000]);
});

it('a budget of 0 keeps none', () => {
  expect(asked(0, [0, 1000, 5000])).toEqual([]);
});

it('in no stretch of time more are kept than a second’s budget and what came in since', () => {
  const gaps = fc.array(fc.nat(400), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), gaps, (perSecond, all) => {
      const kept = asked(perSecond, all);
      for (const [first, from] of kept.entries()) {
        for (const [last, to] of kept.entries()) {
          const most = perSecond + ((to - from) / 1000) * perSecond;
          if (last >= first) expect(last - first + 1).toBeLessThanOrEqual(most + 1e-6);
        }
      }
    }),
  );
});
