/**
 * Parked heads, read to be attempted.
 * Oracles: what the double of the store was asked, and what came of each head.
 */
import type { LaneStore, ParkedHead } from '#libs/storage';
import { MemoryLaneStore } from '#libs/testkit';
import { DELIVERED, jobOf, LADDER, recordOf, RETRY, tenureOf, turn } from './engine.fixture.js';
import { HeadLoader } from './head-loader.js';

const headOf = (offset: number): ParkedHead => ({
  job: { id: `d${offset}`, offset, job: jobOf(offset), bytes: 1, mark: null, traceparent: null },
  firstAttemptAt: 42,
});

function setUp() {
  const queries: { ids: string[]; answer(heads: readonly (ParkedHead | null)[] | Error): void }[] = [];
  const timers: (() => void)[] = [];
  const errors: string[] = [];
  let answers = 0;
  const loader = new HeadLoader({
    lanes: {
      load: (heads) =>
        new Promise((resolve, reject) =>
          queries.push({
            ids: heads.map(({ head }) => head.id),
            answer: (found) => (found instanceof Error ? reject(found) : resolve(found)),
          }),
        ),
    },
    onAnswer: () => (answers += 1),
    onError: (error) => errors.push((error as Error).message),
    after: (_ms, callback) => timers.push(callback),
  });
  const found: Record<string, number | null> = {};
  const load = (...offsets: number[]): void => {
    for (const offset of offsets) {
      void loader
        .load(`l${offset}`, { id: `d${offset}`, offset })
        .then((job) => (found[`d${offset}`] = job?.firstAttemptAt ?? null));
    }
  };
  return { queries, timers, errors, answers: () => answers, load, found };
}

describe('heads', () => {
  it('that are asked for while a query is under way come with the next one', async () => {
    const { queries, load, found, answers } = setUp();
    load(0);
    await turn();
    load(1, 2);
    queries[0]!.answer([headOf(0)]);
    await turn();
    expect(queries.map(({ ids }) => ids)).toEqual([['d0'], ['d1', 'd2']]);
    queries[1]!.answer([headOf(1), headOf(2)]);
    await turn();
    expect(found).toEqual({ d0: 42, d1: 42, d2: 42 });
    expect(answers()).toBe(2);
  });

  it('that Postgres lacks are a fault of their lane alone', async () => {
    const { queries, load, found, errors } = setUp();
    load(0, 1, 2);
    await turn();
    queries[0]!.answer([headOf(0), null, headOf(2)]);
    await turn();
    expect(found).toEqual({ d0: 42, d1: null, d2: 42 });
    expect(errors).toEqual(['lane l1 lacks its head d1']);
  });

  it('that are not there in time are waited for no more, nor is any other until Postgres answers', async () => {
    const { queries, timers, load, found, errors } = setUp();
    load(0);
    await turn();
    load(1);
    timers.shift()!();
    load(2);
    await turn();
    expect(found).toEqual({ d0: null, d1: null, d2: null });
    expect(errors).toEqual(['no answer within 1500 ms']);
    queries[0]!.answer([headOf(0)]);
    await turn();
    load(3);
    await turn();
    queries[1]!.answer([headOf(3)]);
    await turn();
    expect(found).toMatchObject({ d0: null, d3: 42 });
  });

  it('that are there in time are not given up on, however long others take after them', async () => {
    const { queries, timers, load, found, errors } = setUp();
    load(0);
    await turn();
    load(1);
    queries[0]!.answer([headOf(0)]);
    await turn();
    timers.shift()!(); // it was the first query's
    expect(errors).toEqual([]);
    queries[1]!.answer([headOf(1)]);
    await turn();
    expect(found).toEqual({ d0: 42, d1: 42 });
  });
});

describe('a Postgres that hangs', () => {
  it('does not keep the room of healthy lanes: its endpoint’s other calls go on', async () => {
    const memory = new MemoryLaneStore();
    const hung: LaneStore = {
      takeOver: (partitions) => memory.takeOver(partitions),
      write: (writes) => memory.write(writes),
      load: () => new Promise(() => {}),
    };
    const world = tenureOf({ maxInFlight: 1, maxInFlightPerEndpoint: 1 }, {}, hung);
    await world.read([0]);
    await world.end('attempt d0', RETRY);
    await world.settle();
    world.state.now += LADDER[0]!;
    await world.climb(1);
    await world.accept([recordOf(1, { callId: 'c2' })]);
    expect(world.attempted()).toEqual(['d0']);
    await world.end('timer 1500');
    expect(world.attempted()).toEqual(['d0', 'd1']);
    expect(world.tenure.waitsForStore?.message).toBe('cannot read parked heads: no answer within 1500 ms');
    await world.end('attempt d1', DELIVERED);
    await world.settle();
    expect(world.commits.filter(({ topic }) => topic === 'deliveries.custom').at(-1)?.offset).toBe(2);
  });
});
