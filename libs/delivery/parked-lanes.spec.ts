/**
 * What waits behind a head that fails.
 * Oracles: the attempts, sends, writes and commits asked of the doubles, in order; what lies in the lane store.
 */
import { MemoryLaneStore } from '#libs/testkit';
import { DELIVERED, LADDER, REFUSED, reportsOf, RETRY, rungTopic, tenureOf, wakeUpsOf } from './engine.fixture.js';

function setUp() {
  const store = new MemoryLaneStore();
  const world = tenureOf({}, {}, store);
  const lanes = () => Object.values(store.contents());
  /** The wake-up of the head's first failure comes. */
  const wake = async (): Promise<void> => {
    world.state.now += LADDER[0]!;
    await world.climb(1);
  };
  return { ...world, store, lanes, wake };
}

/** @param followers jobs behind d0, which has failed: all parked. */
async function parked(followers: readonly number[]) {
  const world = setUp();
  await world.read([0, ...followers]);
  await world.end('attempt d0', RETRY);
  await world.settle();
  return world;
}

describe('followers', () => {
  it('are parked with their head, in order, and told so in the history', async () => {
    const world = await parked([1, 2]);
    expect(world.lanes()).toEqual([['d0', 'd1', 'd2']]);
    expect(world.commits.at(-1)?.offset).toBe(3);
    expect(reportsOf(world).slice(1)).toMatchObject(
      ['d1', 'd2'].map((deliveryId) => ({
        deliveryId,
        attempt: 0,
        status: 'waiting',
        reason: 'waiting: behind delivery d0',
        verdict: null,
        responseStatus: null,
        startedAt: 5000,
        durationMs: 0,
      })),
    );
  });

  it('that arrive later are parked one by one, and finished only when Postgres has them', async () => {
    const world = await parked([]);
    await world.read([1]);
    await world.end('timer 50'); // nobody waits for it
    await world.end('send');
    expect([world.lanes(), world.commits.at(-1)?.offset]).toEqual([[['d0']], 1]);
    await world.end('write');
    expect([world.lanes(), world.commits.at(-1)?.offset]).toEqual([[['d0', 'd1']], 1]);
    await world.end('commit');
    expect(world.commits.at(-1)?.offset).toBe(2);
  });

  it('are attempted one by one as soon as the head is resolved, without a wake-up, each with its own first attempt', async () => {
    const world = await parked([1, 2]);
    await world.wake();
    const steps: string[][] = [];
    for (const id of ['d0', 'd1', 'd2']) {
      await world.end(`attempt ${id}`, id === 'd1' ? REFUSED : DELIVERED);
      await world.end('send');
      steps.push(world.attempted().slice(1));
      await world.end('write');
    }
    // Nothing before Postgres has it, everything when it has.
    expect(steps).toEqual([['d0'], ['d0', 'd1'], ['d0', 'd1', 'd2']]);
    expect(world.attempts.map(({ input }) => input.attempt)).toEqual([1, 2, 1, 1]);
    expect(world.lanes()).toEqual([]);
  });

  it('keep their own retries: a promoted one that fails begins on the first rung', async () => {
    const world = await parked([1]);
    await world.wake();
    await world.end('attempt d0', RETRY); // its second
    await world.settle();
    world.state.now += LADDER[1]!;
    await world.accept(wakeUpsOf(world, 2), 0, rungTopic(2));
    await world.end('attempt d0', DELIVERED);
    await world.settle();
    await world.end('attempt d1', RETRY);
    await world.settle();
    expect(world.attempts.map(({ input }) => [input.job.deliveryId, input.attempt])).toEqual([
      ['d0', 1],
      ['d0', 2],
      ['d0', 3],
      ['d1', 1],
    ]);
    expect([wakeUpsOf(world, 1).length, wakeUpsOf(world, 2).length, world.lanes()]).toEqual([2, 1, [['d1']]]);
  });

  it('are not attempted before a commit with their own finish: read again, they would come behind what followed them', async () => {
    const world = await parked([]);
    await world.wake();
    await world.read([1]);
    await world.end('send');
    await world.end('write'); // d1 is parked, its finish is not committed
    await world.end('attempt d0', DELIVERED);
    // The timer is the pause between two sends.
    await world.end('timer 8');
    await world.end('send');
    await world.end('write');
    expect(world.lanes()).toEqual([['d1']]);
    expect(world.attempted()).toEqual(['d0', 'd0']);
    await world.end('commit');
    expect(world.attempted()).toEqual(['d0', 'd0', 'd1']);
  });

  it.each([
    ['the head’s wake-up is sent', ['send'], 0],
    ['the lane is parked', ['send', 'write'], 0],
    ['the head is attempted again', [], 1],
    ['the head’s next wake-up is sent', ['attempt d0', 'send'], 1],
    ['the head’s row is written anew', ['attempt d0', 'send', 'write'], 1],
  ] as const)('that arrive while %s wait in their order', async (_, steps, woken) => {
    const world = setUp();
    await world.read([0]);
    await world.end('attempt d0', RETRY);
    if (woken === 1) {
      await world.settle();
      await world.wake();
    }
    let next = 1;
    for (const step of steps) {
      await world.read([next++]);
      if (world.pending.some(({ what }) => what.startsWith(step)))
        await world.end(step, step.startsWith('attempt') ? RETRY : undefined);
    }
    await world.read([next++]);
    while (world.pending.some(({ what }) => what === 'attempt d0')) await world.end('attempt d0', RETRY);
    await world.settle();
    expect(world.lanes()).toEqual([Array.from({ length: next }, (__, offset) => `d${offset}`)]);
    expect(world.commits.filter(({ topic }) => topic === 'deliveries.custom').at(-1)?.offset).toBe(next);
  });

  it('that arrive while the last of a lane is taken from Postgres are attempted after it, from Kafka', async () => {
    const world = await parked([]);
    await world.wake();
    await world.end('attempt d0', DELIVERED);
    await world.end('send');
    await world.read([1, 2]);
    expect(world.attempted()).toEqual(['d0', 'd0']);
    await world.end('write');
    expect([world.attempted(), world.lanes()]).toEqual([['d0', 'd0', 'd1'], []]);
    await world.end('attempt d1', DELIVERED);
    await world.settle();
    expect(world.attempted().at(-1)).toBe('d2');
  });
});

describe('a lane', () => {
  it('that was parked and is empty is live again: its next job needs no Postgres', async () => {
    const world = await parked([]);
    await world.wake();
    await world.end('attempt d0', DELIVERED);
    await world.settle();
    await world.read([1]);
    await world.end('attempt d1', DELIVERED);
    await world.end('timer 50');
    await world.end('send');
    expect(world.pending.filter(({ what }) => what === 'write')).toEqual([]);
    await world.end('commit');
    expect(world.commits.filter(({ topic }) => topic === 'deliveries.custom').at(-1)?.offset).toBe(2);
  });

  it('that is parked delays no other of its partition and endpoint', async () => {
    const world = await parked([1]);
    await world.read([2, 3], { callId: 'c2' });
    await world.end('attempt d2', DELIVERED);
    await world.settle();
    await world.end('attempt d3', DELIVERED);
    await world.settle();
    expect(world.commits.at(-1)?.offset).toBe(4);
    expect(world.lanes()).toEqual([['d0', 'd1']]);
  });

  it.each(['deleted', 'disabled'])(
    'whose endpoint is %s ends without an attempt, each job when it comes up',
    async (how) => {
      const world = await parked([1, 2]);
      const enabled = world.deps.attempt.settings.current('e1')!;
      world.state.endpoints.set('e1', how === 'deleted' ? null : { ...enabled, enabled: false });
      expect(world.lanes()).toEqual([['d0', 'd1', 'd2']]);
      await world.wake();
      await world.settle();
      expect(world.attempted()).toEqual(['d0']);
      expect(world.lanes()).toEqual([]);
      expect(reportsOf(world).slice(-3)).toMatchObject(
        ['d0', 'd1', 'd2'].map((deliveryId) => ({
          deliveryId,
          attempt: 0,
          status: 'skipped',
          reason: expect.stringContaining(`endpoint_${how}`) as unknown,
        })),
      );
    },
  );
});
