/**
 * How a tenure ends: in good order, or at once.
 * Oracles: the attempts, sends and commits asked of the doubles, in order.
 */
import { DELIVERED, recordOf, reportsOf, tenureOf, turn } from './engine.fixture.js';

describe('ownership', () => {
  it('that is unsure makes no attempt; the job is attempted when it is sure again', async () => {
    const world = tenureOf();
    world.state.heartbeatAgeMs = 10_000;
    await world.read([0]);
    expect(world.attempted()).toEqual([]);
    world.state.heartbeatAgeMs = 9_999;
    await world.end('timer 250');
    expect(world.attempted()).toEqual(['d0']);
  });

  it('is looked at last, when the settings have been waited for', async () => {
    let answer = (_: boolean): void => {};
    const world = tenureOf();
    world.deps.attempt.settings.version = () => 0;
    world.deps.attempt.settings.ensureVersion = () => new Promise((resolve) => (answer = resolve));
    await world.read([0]);
    world.state.heartbeatAgeMs = 20_000; // stopped while it waited
    answer(true);
    await turn();
    expect(world.attempted()).toEqual([]);
  });

  it('that a refused commit ends discards everything: no attempt, no commit, nothing finished', async () => {
    const world = tenureOf();
    await world.read([0, 1]);
    await world.read([2], { callId: 'c2' });
    await world.end('attempt d0', DELIVERED);
    world.state.fenced = true;
    await world.end('send');
    expect(world.attempts.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    world.state.fenced = false;
    await world.read([3], { callId: 'c3' });
    await world.settle();
    expect(world.attempted()).toEqual(['d0', 'd2']);
    expect(world.commits).toEqual([]);
  });
});

describe('a drain', () => {
  it('starts no attempt, lets those in flight end, and commits all that ended', async () => {
    const world = tenureOf({ maxInFlightPerEndpoint: 2 });
    await world.read([0, 1]);
    await world.read([2], { callId: 'c2' });
    await world.read([3], { callId: 'c3' }); // waits for room
    let drained = false;
    const draining = world.tenure.drain(2000).then(() => (drained = true));
    await world.end('attempt d0', DELIVERED);
    await world.end('attempt d2', DELIVERED);
    expect(drained).toBe(false);
    await world.settle();
    await draining;
    expect(world.attempted()).toEqual(['d0', 'd2']);
    expect(reportsOf(world).map(({ deliveryId }) => deliveryId)).toEqual(['d0', 'd2']);
    expect(world.commits.at(-1)?.offset).toBe(1);
    const next = tenureOf({}, { 0: world.commits.at(-1)! });
    await next.accept([recordOf(1), recordOf(2, { callId: 'c2' }), recordOf(3, { callId: 'c3' })]);
    expect(next.attempted()).toEqual(['d1', 'd3']);
  });

  it('takes the leave from requests that still wait to be sent, at once; what is under way is left alone', async () => {
    const world = tenureOf();
    await world.read([0]);
    const { permit } = world.attempts[0]!;
    expect(permit.mayStart()).toBe(true);
    const draining = world.tenure.drain(2000);
    expect([permit.mayStart(), permit.signal.aborted]).toEqual([false, false]);
    await world.end('attempt d0', DELIVERED);
    await world.settle();
    await draining;
    expect(world.commits.at(-1)?.offset).toBe(1);
  });

  it('commits the last attempt of all, though it was the only thing under way', async () => {
    const world = tenureOf();
    await world.read([0]);
    const draining = world.tenure.drain(2000);
    await world.end('attempt d0', DELIVERED);
    await world.end('send');
    await world.end('commit');
    await draining;
    expect(world.commits.map(({ offset }) => offset)).toEqual([1]);
  });

  it('aborts what does not end within its bound; that is attempted again by the next owner', async () => {
    const world = tenureOf();
    await world.read([0]);
    await world.read([1], { callId: 'c2' });
    const draining = world.tenure.drain(2000);
    await world.end('attempt d1', DELIVERED);
    await world.end('timer 2000');
    expect(world.attempts[0]?.signal.aborted).toBe(true);
    await world.settle();
    await draining;
    expect(world.attempted()).toEqual(['d0', 'd1']);
    expect(world.commits.at(-1)?.offset).toBe(0);
    const next = tenureOf({}, { 0: world.commits.at(-1)! });
    await next.accept([recordOf(0), recordOf(1, { callId: 'c2' })]);
    expect(next.attempted()).toEqual(['d0']);
  });

  it('does not wait for ever for a broker that takes no commit', async () => {
    const world = tenureOf();
    await world.read([0]);
    const draining = world.tenure.drain(2000);
    await world.end('attempt d0', DELIVERED);
    await world.end('send', new Error('away'));
    while (world.pending.some(({ what }) => what === 'timer 2000')) await world.end('timer 2000');
    await draining;
    expect(world.commits).toEqual([]);
  });

  it('passes over any number of attempts that wait for room', async () => {
    const world = tenureOf({ maxInFlight: 1, maxInFlightPerEndpoint: 1 });
    for (let partition = 0; partition < 12; partition++) {
      await world.accept(
        Array.from({ length: 2000 }, (_, offset) => recordOf(offset, { callId: `c${offset}` })),
        partition,
      );
    }
    const draining = world.tenure.drain(2000);
    await world.end('attempt d0', DELIVERED);
    await world.end('send');
    await world.end('commit');
    await draining;
    expect(world.attempted()).toEqual(['d0']);
  });
});
