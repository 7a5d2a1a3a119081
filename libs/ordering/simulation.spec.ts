import fc from 'fast-check';
import { BREAKS, type Break } from './simulation/breaks.js';
import type { Course } from './simulation/job.js';
import { Violation } from './simulation/oracles.js';
import { play, type History } from './simulation/play.js';
import { SHAPES } from './simulation/shapes.js';

const RUNS = Number(process.env['SIMULATION_RUNS'] ?? 6000);
const SEED = process.env['SIMULATION_SEED'];
const PATH = process.env['SIMULATION_PATH'];

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
  // A shorter history is simpler; a smaller number in it is not.
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

function wrong(broken: Break, only: string) {
  return fc.property(history, (one) => {
    try {
      play(one, { broken, only, coverage: new Map(), tell: false });
    } catch (error) {
      // What is wrong may show in another way before; this is about the one that is meant.
      return !(error instanceof Violation && error.invariant === only);
    }
    return true;
  });
}

describe('a partition whose owner may die between any two effects', () => {
  it(`loses nothing and reverses nothing (${RUNS} histories)`, () => {
    fc.assert(right, {
      numRuns: RUNS,
      ...(SEED === undefined ? {} : { seed: Number(SEED) }),
      ...(PATH === undefined ? {} : { path: PATH }),
    });
    if (process.env['SHOW'])
      console.log(
        [...coverage]
          .toSorted()
          .map(([k, v]) => `${v} ${k}`)
          .join('\n'),
      );
  }, 600_000);

  it.each(Object.entries(BREAKS) as [Break, (typeof BREAKS)[Break]][])(
    'would be caught: %s',
    (broken, [invariant]) => {
      const { failed, numRuns } = fc.check(wrong(broken, invariant), { numRuns: 50_000, endOnFailure: true });
      if (process.env['SHOW']) process.stderr.write(`${broken} ${invariant} ${failed} ${numRuns}\n`);
      expect(failed).toBe(true);
    },
    60_000,
  );
});
