/**
 * A lane's jobs, one after the other, through a tenure.
 * Oracles: the attempts, sends and commits asked of the doubles, in order.
 */
import { UnrenderableError } from './destination.js';
import { ABSTAINED, DELIVERED, recordOf, REFUSED, reportsOf, tenureOf, TOPIC } from './engine.fixture.js';

describe('a lane', () => {
  it('has one attempt in flight; its next job waits for the commit, other lanes do not', async () => {
    const { accept, attempted, end } = tenureOf();
    await accept([recordOf(0), recordOf(1), recordOf(2, { callId: 'c2' })]);
    expect(attempted()).toEqual(['d0', 'd2']);
    await end('attempt d0', DELIVERED);
    await end('send');
    expect(attempted()).toEqual(['d0', 'd2']);
    await end('commit');
    expect(attempted()).toEqual(['d0', 'd2', 'd1']);
  });

  it('makes an abstained attempt again under its number, while its followers wait, and frees the room meanwhile', async () => {
    const { read, accept, attempts, attempted, end } = tenureOf({ maxInFlight: 1 });
    await read([0, 1]);
    await accept([recordOf(2, { callId: 'c2' })]);
    await end('attempt d0', ABSTAINED);
    expect(attempted()).toEqual(['d0', 'd2']);
    await end('timer 250');
    await end('attempt d2', DELIVERED);
    await end('send');
    await end('commit');
    expect(attempted()).toEqual(['d0', 'd2', 'd0']);
    expect(attempts.map(({ input }) => input.attempt)).toEqual([1, 1, 1]);
  });

  it('goes on after a job that was refused, could never be rendered, or whose endpoint is gone or disabled', async () => {
    const world = tenureOf();
    const { render } = world.deps.attempt.room;
    world.deps.attempt.room.render = (input) => {
      if (input.job.deliveryId === 'd1') throw new UnrenderableError('the target is no URL');
      return render(input);
    };
    world.state.endpoints.set('gone', null);
    await world.read([0, 1]);
    await world.read([2], { endpointId: 'gone' });
    world.state.endpoints.set('off', { ...world.deps.attempt.settings.current('e1')!, enabled: false });
    await world.read([3], { endpointId: 'off' });
    await world.read([4]);
    await world.end('attempt d0', REFUSED);
    await world.settle();
    await world.end('attempt d4', DELIVERED);
    await world.settle();
    expect(world.attempted()).toEqual(['d0', 'd4']);
    expect(
      reportsOf(world).map(({ deliveryId, attempt, status, verdict }) => [deliveryId, attempt, status, verdict]),
    ).toEqual(
      expect.arrayContaining([
        ['d0', 1, 'dead_lettered', 'refused'],
        ['d1', 1, 'dead_lettered', 'refused'],
        ['d2', 0, 'skipped', null],
        ['d3', 0, 'skipped', null],
        ['d4', 1, 'delivered', 'delivered'],
      ]),
    );
    expect(reportsOf(world).find(({ deliveryId }) => deliveryId === 'd1')?.reason).toBe(
      'unrenderable: the target is no URL',
    );
    expect(world.commits.at(-1)).toMatchObject({ topic: TOPIC, partition: 0, offset: 5 });
    expect(world.faults).toEqual([]);
  });
});

describe('a repeat', () => {
  it('of a replayed router batch is dropped, counted and committed; a job without a mark is not compared', async () => {
    const world = tenureOf();
    await world.accept([recordOf(0), recordOf(1, { callId: 'c2' })]);
    await world.accept([
      recordOf(2, { mark: 0 }),
      recordOf(3, { callId: 'c2', mark: 1 }),
      recordOf(4, { callId: 'c3', mark: null }),
    ]);
    for (const id of ['d0', 'd1', 'd4']) await world.end(`attempt ${id}`, DELIVERED);
    await world.settle();
    expect(world.attempted()).toEqual(['d0', 'd1', 'd4']);
    expect(world.repeats()).toBe(2);
    expect(world.commits.at(-1)?.offset).toBe(5);
  });

  it('of what finished before a take-over is not attempted again, what did not finish is', async () => {
    const first = tenureOf();
    await first.accept([0, 1, 2].map((offset) => recordOf(offset, { callId: `c${offset}` })));
    await first.end('attempt d1', DELIVERED);
    await first.settle();
    const { offset, metadata } = first.commits.at(-1)!;
    const second = tenureOf({}, { 0: { offset, metadata } });
    await second.accept([0, 1, 2].map((one) => recordOf(one, { callId: `c${one}` })));
    expect(second.attempted()).toEqual(['d0', 'd2']);
  });
});
