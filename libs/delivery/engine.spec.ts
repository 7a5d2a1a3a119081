/** One tenure a generation. Oracles: the attempts and commits asked of the doubles, and the bound that a drain waits for. */
import { DeliveryEngine } from './engine.js';
import { batchOf, DELIVERED, recordOf, surroundings, turn } from './engine.fixture.js';

function setUp() {
  const world = surroundings();
  const engine = new DeliveryEngine(world.deps, { rebalanceMs: 2000, shutdownMs: 10_000 });
  const take = () => {
    const assignment = world.assignment();
    engine.onAssigned(assignment);
    return async (...offsets: number[]) => {
      engine.accept(
        batchOf(
          assignment,
          offsets.map((one) => recordOf(one, { callId: `c${one}` })),
        ),
      );
      await turn();
    };
  };
  const bounds = () => world.pending.map(({ what }) => what).filter((what) => what.startsWith('timer '));
  return { ...world, engine, take, bounds };
}

describe('the engine', () => {
  it('drains shortly for a hand-over, the whole group waits; on shutdown an attempt may take its time', async () => {
    const { engine, take, bounds } = setUp();
    await take()(0);
    void engine.onRevoked();
    expect(bounds()).toEqual(['timer 2000']);
    const last = setUp();
    await last.take()(0);
    last.engine.prepareShutdown();
    void last.engine.onRevoked();
    expect(last.bounds()).toEqual(['timer 10000']);
  });

  it('begins anew with each assignment: what was in hand before is attempted again if it was not committed', async () => {
    const { engine, take, attempted, end, settle, commits } = setUp();
    const accept = take();
    await accept(0, 1);
    const revoked = engine.onRevoked();
    await end('attempt d0', DELIVERED);
    await end('attempt d1', DELIVERED);
    await settle();
    await revoked;
    expect(commits.at(-1)?.offset).toBe(2);
    await accept(2);
    expect(attempted()).toEqual(['d0', 'd1']);
    await take()(2);
    expect(attempted()).toEqual(['d0', 'd1', 'd2']);
  });

  it('writes nothing more when the consumer died: another member may own the partitions already', async () => {
    const { engine, take, attempts, end, settle, commits, sent } = setUp();
    await take()(0, 1);
    await end('attempt d0', DELIVERED);
    engine.onDown();
    expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    await settle();
    expect(commits).toEqual([]);
    expect(sent.length).toBeLessThanOrEqual(1); // what was on its way to Kafka may still arrive
    await engine.onRevoked();
  });
});
