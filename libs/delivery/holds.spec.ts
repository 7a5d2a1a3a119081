/**
 * Heads that cannot be attempted by our own fault.
 * Oracles: the attempts and timers asked of the doubles; what lies in the lane store.
 */
import { MemoryLaneStore } from '#libs/testkit';
import { ABSTAINED, DELIVERED, LADDER, reportsOf, RETRY, tenureOf } from './engine.fixture.js';
import { Holds } from './holds.js';

const PAUSES = [250, 500, 1000, 2000, 4000, 5000];

function setUp() {
  const store = new MemoryLaneStore();
  const world = tenureOf({}, {}, store);
  /** The head abstains, and the pause after it passes. */
  const abstain = async (id: string, ms: number): Promise<void> => {
    await world.end(`attempt ${id}`, ABSTAINED);
    world.state.now += ms;
    await world.end(`timer ${ms}`);
  };
  return { ...world, store, lanes: () => Object.values(store.contents()), abstain };
}

describe('pauses', () => {
  it('grow up to a bound, are long after ten seconds, and begin anew when the lane is held no more', () => {
    let now = 0;
    const holds = new Holds(() => now);
    const next = () => {
      const { ms, isLong } = holds.next('lane');
      now += ms;
      return [ms, isLong];
    };
    expect(PAUSES.map(next)).toEqual(PAUSES.map((ms) => [ms, false]));
    expect(next()).toEqual([5000, true]);
    holds.over('lane');
    expect(next()).toEqual([250, false]);
  });
});

describe('a head that is held', () => {
  it('for long goes to Postgres with its followers, no retry spent and no wake-up sent, and its offsets are finished', async () => {
    const world = setUp();
    await world.read([0, 1]);
    for (const ms of PAUSES) await world.abstain('d0', ms);
    expect([world.lanes(), world.commits]).toEqual([[], []]);
    await world.abstain('d0', 5000);
    await world.end('send');
    await world.end('write');
    expect(world.lanes()).toEqual([['d0', 'd1']]);
    await world.end('commit');
    expect(world.commits.at(-1)?.offset).toBe(2);
    expect(world.sent.filter(({ topic }) => topic.includes('retry'))).toEqual([]);
    expect(reportsOf(world)).toMatchObject([
      { deliveryId: 'd0', attempt: 0, status: 'waiting', reason: expect.stringContaining('spilled') as unknown },
      { deliveryId: 'd1', attempt: 0, status: 'waiting' },
    ]);
    // It is attempted on, under the same number.
    await world.end('attempt d0', DELIVERED);
    await world.settle();
    expect(new Set(world.attempts.map(({ input }) => input.attempt))).toEqual(new Set([1]));
    expect(world.attempted().at(-1)).toBe('d1');
  });

  it('for long although it climbs lets its wake-up go: the row says that none is out, with its attempts kept', async () => {
    const world = setUp();
    await world.read([0]);
    await world.end('attempt d0', RETRY);
    await world.settle();
    world.state.now += LADDER[0]!;
    await world.climb(1);
    for (const ms of [...PAUSES, 5000]) await world.abstain('d0', ms);
    await world.settle();
    expect(world.commits.find(({ topic }) => topic.includes('retry.1'))?.offset).toBe(1);
    const lanes = (await world.store.takeOver([0])).get(0)!.lanes;
    expect(lanes.map(({ row }) => row)).toEqual([{ attempts: 1, wakeUp: null }]);
    expect(new Set(world.attempts.slice(1).map(({ input }) => input.attempt))).toEqual(new Set([2]));
  });

  it('is resumed at once by the next owner when it was spilled', async () => {
    const first = setUp();
    await first.read([0]);
    for (const ms of [...PAUSES, 5000]) await first.abstain('d0', ms);
    await first.settle();
    first.tenure.discard();
    const next = tenureOf({}, { 0: first.commits.at(-1)! }, first.store);
    await next.settle();
    expect(next.attempts.map(({ input }) => [input.job.deliveryId, input.attempt])).toEqual([['d0', 1]]);
  });

  it('because Postgres cannot give it is not lost: it is attempted when it can', async () => {
    const world = setUp();
    await world.read([0]);
    await world.end('attempt d0', RETRY);
    await world.settle();
    world.state.storeAway = true;
    world.state.now += LADDER[0]!;
    await world.climb(1);
    for (const ms of [250, 500, 1000]) await world.end(`timer ${ms}`);
    expect(world.attempted()).toEqual(['d0']);
    expect(world.tenure.waitsForStore?.message).toBe('cannot read parked heads: Postgres is away');
    world.state.storeAway = false;
    await world.end('timer 2000');
    expect(world.attempts.map(({ input }) => input.attempt)).toEqual([1, 2]);
    expect(world.tenure.waitsForStore).toBeNull();
  });

  it('leaves its follower no long pause when it ends without an attempt', async () => {
    const world = setUp();
    await world.read([0, 1]);
    for (const ms of PAUSES.slice(0, 4)) await world.abstain('d0', ms);
    await world.end('attempt d0', ABSTAINED);
    world.state.endpoints.set('e1', null);
    await world.end('timer 4000');
    world.state.endpoints.delete('e1');
    await world.settle();
    await world.end('attempt d1', ABSTAINED);
    expect(world.pending.map(({ what }) => what)).toContain('timer 250');
  });
});
