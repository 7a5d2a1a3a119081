/**
 * The net under the ladder: lanes whose wake-up is lost.
 * Oracles: the attempts asked of the doubles, the lanes that were counted as lost.
 */
import { MemoryLaneStore } from '#libs/testkit';
import { DELIVERED, LADDER, recordOf, RETRY, rungTopic, tenureOf, turn, wakeUpsOf } from './engine.fixture.js';

/** Two lanes, parked on the first rung; the second is due a millisecond later. */
async function parkedTenure() {
  const store = new MemoryLaneStore();
  const world = tenureOf({}, {}, store);
  await world.accept([recordOf(0), recordOf(1, { callId: 'c2' })]);
  await world.end('attempt d0', RETRY);
  world.state.now += 1;
  await world.end('attempt d1', RETRY);
  await world.settle();
  const sweep = async (): Promise<void> => {
    world.state.sweep();
    await turn();
  };
  return { ...world, store, sweep };
}

const LONG = 60_000;

describe('the sweep', () => {
  it('resumes lanes whose wake-up is a minute overdue, and counts them', async () => {
    const world = await parkedTenure();
    world.state.now = 5000 + LADDER[0]! + LONG + 2;
    await world.sweep();
    expect(world.attempted()).toEqual(['d0', 'd1', 'd0', 'd1']);
    expect(world.overdue()).toBe(2);
    expect(world.errors).toEqual(['wake-ups of parked lanes were lost; the sweep resumed their lanes']);
    await world.end('attempt d0', DELIVERED);
    await world.end('attempt d1', DELIVERED);
    await world.settle();
    expect(world.store.contents()).toEqual({});
  });

  it('leaves alone those that are overdue for less', async () => {
    const world = await parkedTenure();
    world.state.now = 5000 + LADDER[0]! + LONG;
    await world.sweep();
    expect(world.attempted()).toEqual(['d0', 'd1']);
    expect(world.overdue()).toBe(0);
  });

  it('leaves alone those whose wake-up waits in this process to be acted on', async () => {
    const world = await parkedTenure();
    await world.climb(1); // not due: its timer is late
    world.state.now += 10 * LONG;
    await world.sweep();
    expect(world.overdue()).toBe(0);
    await world.end(`timer ${LADDER[0]! - 1}`);
    expect(world.attempted()).toEqual(['d0', 'd1', 'd0', 'd1']);
  });

  it('leaves alone those whose wake-up may lie in Kafka yet, behind others that were due long ago', async () => {
    const world = await parkedTenure();
    world.state.now += 10 * LONG;
    const [first, second] = wakeUpsOf(world, 1);
    await world.accept([first!], 0, rungTopic(1));
    await world.sweep();
    expect(world.overdue()).toBe(0);
    await world.accept([second!], 0, rungTopic(1));
    expect(world.attempted()).toEqual(['d0', 'd1', 'd0', 'd1']);
  });

  it('resumes one whose wake-up was passed over: later ones of its rung have come', async () => {
    const world = await parkedTenure();
    world.state.now += 10 * LONG;
    await world.accept([wakeUpsOf(world, 1)[1]!], 0, rungTopic(1));
    await world.sweep();
    expect(world.overdue()).toBe(1);
    expect(world.attempted()).toEqual(['d0', 'd1', 'd1', 'd0']);
  });

  it('resumes a head whose record Kafka has no more: nothing of it can be read again, and it is no lost wake-up', async () => {
    const { store, commits } = await parkedTenure();
    expect(commits.at(-1)?.offset).toBe(2);
    // Its owner died before the commit; then the log was cut beyond it.
    const next = tenureOf({}, { 0: { offset: 0, metadata: '' } }, store, 3);
    next.state.now = 5000 + LADDER[0]! + 1;
    await turn();
    const wakeUps = wakeUpsOf(await parkedTenure(), 1);
    await next.accept(wakeUps, 0, rungTopic(1));
    next.state.sweep();
    await turn();
    expect(next.attempted()).toEqual([]);
    await next.accept([recordOf(2, { callId: 'c3' })]);
    next.state.sweep();
    await turn();
    expect(next.attempted()).toEqual(['d2', 'd0', 'd1']);
    expect(next.overdue()).toBe(0);
  });
});
