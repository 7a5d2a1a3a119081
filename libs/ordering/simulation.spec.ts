import fc from 'fast-check';
import { ModelOwner, nameOf, type Break, type ModelJob, type World } from './simulation.model.js';
import type { Verdict } from './verdict.js';

/*
 * Oracles, for every history of reads, answers, commits and crashes:
 *   I1  a lane has at most one attempt in flight
 *   I3  every job ends delivered or dead-lettered
 *   I4  what the receiver saw of a lane, with immediate repeats removed, is the emitted order
 */

const RUNS = 3000;

const VERDICTS: readonly Verdict[] = [
  { type: 'delivered' },
  { type: 'delivered' },
  { type: 'refused', reason: 'http_400: no' },
  { type: 'abstained', reason: 'busy' },
];

/** A log of jobs as the router writes it: lanes interleaved, and now and then a batch that a crash made it repeat. */
const logOfJobs = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12, size: 'max' }),
    fc.array(fc.nat(12), { maxLength: 3 }),
  )
  .map(([lanes, replays]) => {
    const count = new Map<string, number>();
    const emitted = lanes.map((lane, offset) => {
      const n = (count.get(lane) ?? 0) + 1;
      count.set(lane, n);
      return { id: `${lane}${n}`, lane, n, mark: { epoch: 'e', offset, ordinal: 0 } };
    });
    const log = [...emitted];
    for (const at of replays) {
      const end = Math.min(at, emitted.length);
      const last = log.findLastIndex(({ mark }) => mark.offset === end - 1);
      log.splice(last + 1, 0, ...emitted.slice(Math.max(0, end - 3), end));
    }
    return log.map((job, offset): ModelJob => ({ ...job, offset }));
  });

const schedule = fc.array(fc.record({ pick: fc.nat(), verdict: fc.nat(), crash: fc.nat(11).map((n) => n === 0) }), {
  maxLength: 150,
  size: 'max', // fast-check keeps arrays to about ten by default: too short for a crash at a bad moment
});

function play(
  log: readonly ModelJob[],
  steps: readonly { pick: number; verdict: number; crash: boolean }[],
  broken: Break | null,
): World {
  const world: World = {
    log,
    commit: { offset: 0, metadata: '' },
    arrivals: [],
    resolved: new Set(),
    dead: [],
    story: [],
  };
  let owner = new ModelOwner(world, broken);
  const act = (pick: number, verdict: Verdict): boolean => {
    const actions = owner.actions(() => verdict);
    actions[pick % actions.length]?.();
    for (const lane of ['a', 'b', 'c']) {
      if (owner.attemptsInFlight(lane) > 1) throw new Error(`I1: lane ${lane} has two attempts in flight`);
    }
    return actions.length > 0;
  };
  for (const step of steps) {
    if (step.crash) {
      world.story.push('crash; a new owner takes over');
      owner = new ModelOwner(world, broken);
    } else act(step.pick, VERDICTS[step.verdict % VERDICTS.length]!);
  }
  for (let steps = 0; act(0, { type: 'delivered' }); steps++)
    if (steps > 10_000) throw new Error('it never comes to rest');
  return world;
}

function check(world: World): void {
  for (const lane of ['a', 'b', 'c']) {
    const emitted = [...new Set(world.log.filter((job) => job.lane === lane).map(nameOf))];
    const seen = world.arrivals.filter((job) => job.lane === lane).map(nameOf);
    const distinct = seen.filter((name, index) => name !== seen[index - 1]);
    const story = `\n${world.story.join('\n')}`;
    if (distinct.join() !== emitted.join())
      throw new Error(`I4: emitted ${emitted.join()}, seen ${seen.join()}${story}`);
    const lost = emitted.filter((name) => !world.resolved.has(name));
    if (lost.length > 0) throw new Error(`I3: lost ${lost.join()}${story}`);
  }
}

const histories = (broken: Break | null) =>
  fc.property(logOfJobs, schedule, (log, steps) => check(play(log, steps, broken)));

describe('a partition whose owner may die between any two effects', () => {
  it(`loses nothing and reverses nothing (${RUNS} histories)`, () => {
    fc.assert(histories(null), { numRuns: RUNS });
  });

  it.each<Break>(['next before settled', 'commit the highest mark', 'ignore marks', 'commit before finished'])(
    'would be caught doing wrong: %s',
    (broken) => {
      expect(fc.check(histories(broken), { numRuns: RUNS }).failed).toBe(true);
    },
  );
});
