/**
 * What exceeds an endpoint's share waits in Postgres, and in the way of nobody.
 * Oracles: the attempts, sends, writes and commits asked of the doubles; what lies in the lane store.
 */
import { LEDGER_WINDOW } from '#libs/ordering';
import { MemoryLaneStore } from '#libs/testkit';
import { DELIVERED, recordOf, reportsOf, tenureOf, turn } from './engine.fixture.js';
import { RELIEF_EVERY_MS } from './endpoint-capacity.js';

/** More calls than a partition holds in memory. */
const SLOW = 4100;
const FAST = 3;

/** The calls of an endpoint that never answers, and behind them, on the same partition, those of one that does. */
async function setUp() {
  const store = new MemoryLaneStore();
  const world = tenureOf({ maxInFlightPerEndpoint: 3 }, {}, store);
  const slow = Array.from({ length: SLOW }, (_, offset) =>
    recordOf(offset, { endpointId: 'slow', callId: `s${offset}` }),
  );
  const fast = Array.from({ length: FAST }, (_, index) =>
    recordOf(SLOW + index, { endpointId: 'fast', callId: `f${index}` }),
  );
  await world.accept([...slow, ...fast]);
  /** So much time passes, and everybody but the destinations answers. */
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += RELIEF_EVERY_MS) {
      world.state.now += RELIEF_EVERY_MS;
      world.state.relieve();
      await world.settle();
    }
  };
  const isFast = (id: string) => Number(id.slice(1)) >= SLOW;
  return { ...world, store, pass, isFast, spilled: () => Object.keys(store.contents()).length };
}

describe('an endpoint that never answers', () => {
  it('has its share in flight and no more of its partition than leaves the others room', async () => {
    const world = await setUp();
    expect(world.attempted().filter(world.isFast)).toEqual([]);
    await world.pass(4000);
    expect(world.attempted().filter(world.isFast)).toHaveLength(FAST);
    expect(world.attempted().filter((id) => !world.isFast(id))).toEqual(['d0', 'd1', 'd2']);
    // What is spilled is finished, without a retry spent or a wake-up sent.
    expect(world.spilled()).toBeGreaterThan(SLOW / 2);
    expect(world.sent.filter(({ topic }) => topic.includes('retry'))).toEqual([]);
    const reports = reportsOf(world).filter(({ deliveryId }) => !world.isFast(deliveryId));
    expect(
      new Set(reports.map(({ attempt, status, reason }) => [attempt, status, reason?.split(':')[0]].join())),
    ).toEqual(new Set(['0,waiting,endpoint_busy']));
  }, 30_000);

  it('twin: with nothing spilled, the others on its partition are not even read', async () => {
    const world = await setUp();
    for (let passed = 0; passed < 4000; passed += RELIEF_EVERY_MS) {
      world.state.now += RELIEF_EVERY_MS;
      await world.settle();
    }
    expect(world.attempted().filter(world.isFast)).toEqual([]);
  }, 30_000);

  it('spills nothing before it has let them wait for a second', async () => {
    const world = await setUp();
    await world.pass(800);
    expect(world.spilled()).toBe(0);
  }, 30_000);

  it('keeps less of what waits in memory the fuller the ledger is, until nothing', async () => {
    const world = tenureOf({ maxInFlightPerEndpoint: 1 }, {}, new MemoryLaneStore());
    const of = (first: number, count: number, spec: Parameters<typeof recordOf>[1]) =>
      Array.from({ length: count }, (_, index) => recordOf(first + index, spec));
    await world.accept([recordOf(0, { endpointId: 'slow', callId: 's0' })]);
    await world.accept([recordOf(1, { endpointId: 'slow', callId: 's1' })]);
    // Offsets that do not exist, as far as half of the window.
    await world.accept(of(LEDGER_WINDOW / 2 + 8, 1, { endpointId: 'fast', callId: 'f' }));
    for (let second = 0; second < 2; second++) {
      world.state.relieve();
      await world.settle();
      world.state.now += 1000;
    }
    world.state.relieve();
    await world.settle();
    expect(reportsOf(world).map(({ deliveryId, status }) => [deliveryId, status])).toEqual([['d1', 'waiting']]);
  });
});

describe('an endpoint that answers many', () => {
  it.each([
    ['500 a second', 100, false],
    ['a few, because our process has no time', 12, true],
  ])(
    '(%s) is only busy: however many wait, Postgres gets none of them',
    async (_, each, isBusy) => {
      const world = await setUp();
      world.state.busy = isBusy;
      for (let round = 0; round < 15; round++) {
        for (let answered = 0; answered < each; answered++) {
          world.pending.find(({ what }) => what.startsWith('attempt'))!.end(DELIVERED as never);
          await turn();
        }
        await world.pass(RELIEF_EVERY_MS);
      }
      expect(world.spilled()).toBe(0);
      expect(world.attempts.length).toBeGreaterThan(15 * each);
    },
    60_000,
  );

  it('twin: with as few answers, and time to spare, it is slow', async () => {
    const world = await setUp();
    for (let round = 0; round < 15; round++) {
      for (let answered = 0; answered < 12; answered++) {
        world.pending.find(({ what }) => what.startsWith('attempt'))!.end(DELIVERED as never);
        await turn();
      }
      await world.pass(RELIEF_EVERY_MS);
    }
    expect(world.spilled()).toBeGreaterThan(SLOW / 2);
  }, 60_000);
});

describe('what was spilled', () => {
  it('is drained as the endpoint answers, each call in its order, with what came behind it meanwhile', async () => {
    const world = await setUp();
    await world.pass(4000);
    const more = [...Array(600).keys()].map((index) =>
      recordOf(SLOW + FAST + index, { endpointId: 'slow', callId: `s${index % 300}` }),
    );
    await world.accept(more);
    await world.settle();
    while (world.pending.some(({ what }) => what.startsWith('attempt'))) {
      for (const one of [...world.pending]) if (one.what.startsWith('attempt')) one.end(DELIVERED as never);
      await world.settle();
    }
    const calls = Map.groupBy(world.attempts, ({ input }) => input.job.event.data.callId);
    const offsets = [...calls.values()].map((sent) => sent.map(({ input }) => Number(input.job.deliveryId.slice(1))));
    expect(offsets.filter((one) => one.some((offset, at) => at > 0 && offset <= one[at - 1]!))).toEqual([]);
    expect(offsets.flat()).toHaveLength(SLOW + FAST + 600);
    expect([world.spilled(), world.commits.at(-1)?.offset]).toEqual([0, SLOW + FAST + 600]);
  }, 120_000);
});
