import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BREAKS, type Break } from './simulation/breaks.js';
import { MUST_BE_REACHED } from './simulation/coverage.js';
import type { Course } from './simulation/job.js';
import { Violation } from './simulation/oracles.js';
import { play, type History } from './simulation/play.js';
import { SHAPES } from './simulation/shapes.js';

/*
 * The oracles are listed in simulation/oracles.ts: I1 to I7 and three more. `npm run simulate:order -- --help` plays more
 * histories, or one again.
 */

const { SIMULATION_RUNS, SIMULATION_SEED, SIMULATION_PATH } = process.env;
const RUNS = Number(SIMULATION_RUNS ?? 6000);
const REPLAY = {
  ...(SIMULATION_SEED === undefined ? {} : { seed: Number(SIMULATION_SEED) }),
  ...(SIMULATION_PATH === undefined ? {} : { path: SIMULATION_PATH }),
};

/** Up to three lanes interleaved; batches that the router replayed; a job that was redriven. */
const course: fc.Arbitrary<Course> = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.array(fc.nat(2), { minLength: 1, maxLength: 10, size: 'max' }))
  .chain(([lanes, events]) =>
    fc.record({
      lanes: fc.constant(events.map((event) => ['a', 'b', 'c'][event % lanes]!)),
      replays: fc.array(fc.nat(events.length), { maxLength: 2 }),
      redrives: fc.array(fc.record({ of: fc.nat(events.length), after: fc.nat(6) }), { maxLength: 1 }),
    }),
  );

const history: fc.Arbitrary<History> = fc.record({
  course,
  shape: fc.constantFrom(...SHAPES),
  // A shorter history is simpler; a smaller number in it is not. fast-check keeps arrays to about ten by default.
  steps: fc.array(fc.noShrink(fc.noBias(fc.nat())), { maxLength: 300, size: 'max' }),
  silent: fc.constantFrom('a', 'b', 'c'),
});

const coverage = new Map<string, number>();

const right = fc.property(history, (one) => {
  try {
    play(one, { broken: null, only: null, coverage, tell: false });
  } catch (error) {
    // Once more, in words.
    if (error instanceof Violation) play(one, { broken: null, only: null, coverage: new Map(), tell: true });
    throw error;
  }
});

/** What is built wrongly may show in many ways: this is about the one that is meant. */
const wrong = (broken: Break, only: string) =>
  fc.property(history, (one) => {
    try {
      play(one, { broken, only, coverage: new Map(), tell: false });
    } catch (error) {
      return !(error instanceof Violation && error.invariant === only);
    }
    return true;
  });

describe('a partition whose owner may die, stall or hand over between any two effects', () => {
  it(`keeps every invariant (${RUNS} histories)`, () => {
    fc.assert(right, { numRuns: RUNS, ...REPLAY });
  }, 3_600_000);

  if (SIMULATION_PATH === undefined && RUNS >= 5000) {
    it('has been through every turn that a lane can take', () => {
      expect(MUST_BE_REACHED.filter((event) => !coverage.has(event))).toEqual([]);
    });
  }

  it.each(Object.entries(BREAKS).map(([broken, [invariant, meaning]]) => ({ broken, invariant, meaning })))(
    'would be caught by $invariant when $meaning',
    ({ broken, invariant }) => {
      const { failed } = fc.check(wrong(broken as Break, invariant), { numRuns: 100_000, endOnFailure: true });
      expect(failed).toBe(true);
    },
    120_000,
  );
});

describe('a history that goes wrong', () => {
  it('is told in words, with the seed that plays it again', () => {
    const told = fc.property(history, (one) => {
      play(one, { broken: 'next before settled', only: 'I2', coverage: new Map(), tell: true });
    });
    const { errorInstance, seed, counterexamplePath } = fc.check(told, { numRuns: 5000 });
    expect(String(errorInstance)).toMatch(/I2: \S+ is attempted.*\n\n.*owner 1 .*\n.*reads .* fresh/s);
    const again = fc.check(told, { seed, path: counterexamplePath! });
    expect(String(again.errorInstance)).toBe(String(errorInstance));
  });
});
