/**
 * Whatever comes when: a tenure under random arrivals, answers, failures and timers, played step by step.
 * Oracle: a model that knows of each lane which job is settled, from the commits that the double acknowledged.
 */
import fc from 'fast-check';
import { OffsetLedger, type Verdict } from '#libs/ordering';
import {
  ABSTAINED,
  brokenRecord,
  DELIVERED,
  deadOf,
  recordOf,
  REFUSED,
  reportsOf,
  tenureOf,
  turn,
} from './engine.fixture.js';

const LANES = 4;
const endpointOf = (lane: number) => `e${lane % 2}`;
const callOf = (lane: number) => `c${lane >> 1}`;

const arrival = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('job' as const), lane: fc.nat(LANES - 1) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('broken' as const), lane: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('repeat' as const), lane: fc.nat(LANES - 1) }) },
);
const step = fc.record({
  pick: fc.nat(1000),
  verdict: fc.constantFrom<Verdict>(DELIVERED, DELIVERED, DELIVERED, REFUSED, ABSTAINED),
  fails: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  reads: fc.nat(4),
});

/** Whether a ledger made of this commit takes the offset for finished. */
function settledIn(commit: { readonly offset: number; readonly metadata: string } | undefined) {
  const ledger = new OffsetLedger(commit?.offset ?? 0, commit?.metadata ?? '');
  const finished = new Set<number>();
  for (let offset = commit?.offset ?? 0; offset < 40; offset++) {
    if (ledger.track(offset, null) === 'finished') finished.add(offset);
  }
  return (offset: number) => offset < (commit?.offset ?? 0) || finished.has(offset);
}

it('attempts each lane in order, one at a time, each job after the commit of the one before it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(arrival, { minLength: 1, maxLength: 30 }),
      fc.array(step, { minLength: 20, maxLength: 120 }),
      fc.integer({ min: 1, max: 4 }),
      async (arrivals, steps, maxInFlight) => {
        const world = tenureOf({ maxInFlight, maxInFlightPerEndpoint: 2 });
        const records = arrivals.map(({ type, lane }, offset) => {
          const spec = { endpointId: endpointOf(lane), callId: callOf(lane) };
          // What a replay brings again is a mark not above the highest: 0 is none above the first.
          if (type === 'broken') return brokenRecord(offset);
          return recordOf(offset, type === 'repeat' && offset > 0 ? { ...spec, mark: 0 } : spec);
        });
        const isJob = (offset: number) =>
          arrivals[offset]!.type === 'job' || (arrivals[offset]!.type === 'repeat' && offset === 0);
        // Attempts are checked one by one as they begin.
        let checked = 0;
        const last = new Map<number, number>();
        const committedTo = () => world.commits.at(-1)?.offset ?? 0;
        const check = (): void => {
          for (; checked < world.attempts.length; checked++) {
            const offset = Number(world.attempts[checked]!.input.job.deliveryId.slice(1));
            const { lane } = arrivals[offset]!;
            const before = last.get(lane) ?? -1;
            expect(offset).toBeGreaterThanOrEqual(before);
            expect(world.attempts[checked]!.input.attempt).toBe(1);
            if (offset > before) {
              // Every earlier job of the lane has its report, and a commit with its finish.
              const reported = new Set(reportsOf(world).map(({ deliveryId }) => deliveryId));
              const settled = settledIn(world.commits.at(-1));
              for (let earlier = 0; earlier < offset; earlier++) {
                if (!isJob(earlier) || arrivals[earlier]!.lane !== lane) continue;
                expect(reported).toContain(`d${earlier}`);
                expect(settled(earlier)).toBe(true);
              }
            }
            last.set(lane, offset);
          }
          const inFlight = world.pending.filter(({ what }) => what.startsWith('attempt'));
          const lanes = inFlight.map(({ what }) => arrivals[Number(what.slice(9))]!.lane);
          expect(new Set(lanes).size).toBe(lanes.length);
          expect(inFlight.length).toBeLessThanOrEqual(maxInFlight);
          // A commit never passes a job that has no report, or a record that is no job and no dead letter.
          const done = new Set(reportsOf(world).map(({ deliveryId }) => deliveryId));
          for (let offset = 0; offset < committedTo(); offset++)
            if (isJob(offset)) expect(done).toContain(`d${offset}`);
        };

        let read = 0;
        for (const { pick, verdict, fails, reads } of steps) {
          if (reads > 0 && read < records.length) {
            await world.accept(records.slice(read, read + reads));
            read += reads;
          }
          const one = world.pending[pick % Math.max(1, world.pending.length)];
          if (one?.what.startsWith('attempt')) one.end(verdict as never);
          else if (one !== undefined && !one.what.startsWith('timer') && fails) one.end(new Error('away'));
          else one?.end();
          await turn();
          check();
        }
        // Then everything answers.
        await world.accept(records.slice(read));
        while (world.pending.length > 0) {
          const one = world.pending[0]!;
          one.end(one.what.startsWith('attempt') ? (DELIVERED as never) : undefined);
          await turn();
          check();
        }
        expect(committedTo()).toBe(records.length);
        const jobs = records.map(({ offset }) => offset).filter(isJob);
        expect(
          reportsOf(world)
            .map(({ deliveryId }) => deliveryId)
            .sort(),
        ).toEqual(jobs.map((one) => `d${one}`).sort());
        const refused = reportsOf(world).filter(({ status }) => status === 'dead_lettered').length;
        expect(deadOf(world)).toHaveLength(refused + arrivals.filter(({ type }) => type === 'broken').length);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
