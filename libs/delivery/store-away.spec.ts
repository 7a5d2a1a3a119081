/**
 * Postgres is away: what goes on, what waits, and how much of it.
 * Oracles: the attempts, sends, writes and commits asked of the doubles; what lies in the lane store.
 */
import { MemoryLaneStore } from '#libs/testkit';
import { DELIVERED, LOST, recordOf, RETRY, tenureOf, TOPIC } from './engine.fixture.js';

const AWAY = new Error('connection refused');

function setUp(overrides: Parameters<typeof tenureOf>[0] = {}) {
  const store = new MemoryLaneStore();
  const world = tenureOf(overrides, {}, store);
  /** Everything but Postgres answers; a write under way hangs. */
  const settleWithoutStore = async (): Promise<void> => {
    const answers = () => world.pending.find(({ what }) => ['send', 'commit', 'timer 8', 'timer 50'].includes(what));
    for (let one; (one = answers()) !== undefined;) await world.end(one.what);
  };
  const committed = () => world.commits.filter(({ topic, partition }) => topic === TOPIC && partition === 0).at(-1);
  return { ...world, store, settleWithoutStore, committed };
}

/** `count` calls whose heads have failed; none of them is parked yet. */
async function failing(count: number, overrides: Parameters<typeof tenureOf>[0] = {}) {
  const world = setUp(overrides);
  for (let offset = 0; offset < count; offset++) {
    await world.read([offset], { callId: `failing ${offset}` });
    await world.end(`attempt d${offset}`, RETRY);
  }
  await world.settleWithoutStore();
  return world;
}

describe('while Postgres is away', () => {
  it.each([
    ['refuses', true],
    ['hangs', false],
  ])('and %s, healthy lanes flow on, also when more heads wait than there is room for attempts', async (_, refuses) => {
    const world = await failing(20, { maxInFlight: 2, maxInFlightPerEndpoint: 2 });
    if (refuses) await world.end('write', AWAY);
    for (let offset = 20; offset < 40; offset++) {
      await world.read([offset], { callId: 'healthy' });
      await world.end(`attempt d${offset}`, DELIVERED);
      await world.settleWithoutStore();
    }
    expect(world.attempted().slice(20)).toEqual(Array.from({ length: 20 }, (__, index) => `d${20 + index}`));
    // Nothing of what failed is finished, or attempted again.
    expect(world.committed()?.offset).toBe(0);
    expect(world.store.contents()).toEqual({});
  });

  it('failing heads are parked as soon as it is there, with what came behind them meanwhile, in order', async () => {
    const world = await failing(1);
    await world.read([1, 2], { callId: 'failing 0' });
    await world.end('write', AWAY);
    await world.end('timer 100');
    await world.end('write', AWAY);
    expect(world.attempted()).toEqual(['d0']);
    await world.settle();
    expect(Object.values(world.store.contents())).toEqual([['d0', 'd1', 'd2']]);
    expect(world.committed()?.offset).toBe(3);
  });

  it('a write whose answer was lost is made again, and changes nothing', async () => {
    const world = await failing(1);
    await world.end('write', LOST);
    expect(Object.values(world.store.contents())).toEqual([['d0']]);
    expect(world.committed()).toBeUndefined();
    await world.end('timer 100');
    await world.end('write');
    await world.settle();
    expect(Object.values(world.store.contents())).toEqual([['d0']]);
    expect([world.lost, world.committed()?.offset]).toEqual([[], 1]);
  });

  it('the readiness says so, once in the log, and is green again with the first write', async () => {
    const world = await failing(1);
    await world.end('write', AWAY);
    await world.end('timer 100');
    await world.end('write', AWAY);
    expect(world.tenure.waitsForStore?.message).toBe('cannot write parked lanes: connection refused');
    expect(world.errors).toHaveLength(1);
    await world.end('timer 100');
    await world.end('write');
    expect(world.tenure.waitsForStore).toBeNull();
  });

  it('a hand-over does not wait for it for ever; what is not parked is attempted again by the next owner', async () => {
    const world = await failing(1);
    await world.read([1], { callId: 'healthy' });
    const drained = world.tenure.drain(2000);
    await world.end('attempt d1', DELIVERED);
    await world.settleWithoutStore();
    await world.end('timer 2000'); // the one for attempts in flight
    await world.end('timer 2000');
    await drained;
    const next = tenureOf({}, { 0: world.committed()! }, world.store);
    await next.read([0], { callId: 'failing 0' });
    await next.read([1], { callId: 'healthy' });
    expect(next.attempts.map(({ input }) => [input.job.deliveryId, input.attempt])).toEqual([['d0', 1]]);
    // What the old owner still asks of Postgres is refused.
    await world.end('write');
    expect(world.store.contents()).toEqual({});
  });

  it('memory is bounded: a partition takes in no more than it may hold, and the rest when there is room', async () => {
    const world = await failing(1, { maxInFlight: 10_000, maxInFlightPerEndpoint: 10_000 });
    await world.end('write', AWAY);
    await world.accept(Array.from({ length: 6000 }, (_, index) => recordOf(1 + index, { callId: 'failing 0' })));
    await world.accept([recordOf(6001, { callId: 'healthy' })]);
    expect(world.attempted()).toEqual(['d0']);
    expect(world.fetching).toEqual(['pause 0']);
    // Another partition of the process has its own bound.
    await world.accept([recordOf(0, { callId: 'healthy' })], 1);
    expect(world.attempted()).toHaveLength(2);
    await world.settle();
    expect(world.attempted()).toHaveLength(3);
    await world.end('attempt d6001', DELIVERED);
    await world.settle();
    expect(Object.values(world.store.contents()).map((jobs) => jobs.length)).toEqual([6001]);
    expect(world.committed()?.offset).toBe(6002);
    expect(world.fetching).toEqual(['pause 0', 'resume 0']);
  }, 20_000);
});
