/**
 * Who owns a partition, by Postgres' word.
 * Oracles: the attempts, writes and commits asked of the doubles; whether the group is to be joined anew.
 */
import { FencedError } from '#libs/kafka';
import { LaneMismatchError } from '#libs/storage';
import { MemoryLaneStore } from '#libs/testkit';
import { DELIVERED, recordOf, RETRY, surroundings, tenureOf, turn } from './engine.fixture.js';
import { Tenure } from './tenure.js';

/** A tenure with a head whose row is about to be written, while another lane's attempt is in flight. */
async function writing(store = new MemoryLaneStore()) {
  const world = tenureOf({}, {}, store);
  await world.accept([recordOf(0), recordOf(1, { callId: 'c2' })]);
  await world.end('attempt d0', RETRY);
  await world.end('send');
  return { ...world, store };
}

describe('a process that was overtaken', () => {
  it('writes nothing, gives everything up and joins the group anew', async () => {
    const world = await writing();
    await world.store.takeOver([0]);
    await world.end('write');
    expect(world.lost).toEqual([expect.stringContaining('epoch 2')]);
    expect(world.attempts[1]?.signal.aborted).toBe(true);
    await world.read([2], { callId: 'c3' });
    await world.settle();
    expect(world.attempted()).toEqual(['d0', 'd1']);
    expect([world.commits, world.store.contents()]).toEqual([[], {}]);
  });

  it('is told so by its own partitions alone', async () => {
    const world = await writing();
    await world.store.takeOver([7]);
    await world.end('write');
    await world.end('commit');
    expect([world.lost, world.commits.at(-1)?.partition]).toEqual([[], 0]);
    expect(Object.values(world.store.contents())).toEqual([['d0']]);
  });

  it('also when Postgres merely disagrees about a lane: a write that does not fit is not made again for ever', async () => {
    const world = await writing();
    const lane = { laneId: 'l', endpointId: 'e1', callId: 'c1' };
    await world.end('write', new LaneMismatchError({ type: 'park', partition: 0, lane }, 'it has another head'));
    expect(world.lost).toEqual([expect.stringContaining('it has another head')]);
    expect(world.attempts[1]?.signal.aborted).toBe(true);
    await world.settle();
    expect(world.commits).toEqual([]);
  });

  it('does not join anew for a Postgres that is away: the write is made again', async () => {
    const world = await writing();
    await world.end('write', new Error('connection refused'));
    expect(world.lost).toEqual([]);
    await world.settle();
    expect(Object.values(world.store.contents())).toEqual([['d0']]);
  });
});

describe('taking partitions over', () => {
  const away = async () => {
    const world = surroundings();
    world.state.storeAway = true;
    const assignment = world.assignment();
    const tenure = new Tenure(world.deps, assignment);
    const accept = (offset: number) =>
      tenure.accept({
        topic: 'deliveries.custom',
        partition: 0,
        records: [recordOf(offset)],
        highWatermark: 1,
        assignment,
      });
    accept(0);
    await turn();
    return { ...world, tenure };
  };

  it('comes before any attempt: while Postgres is away none is made, and the readiness says why', async () => {
    const { attempted, tenure, end, errors } = await away();
    await end('timer 500');
    await end('timer 500');
    expect(attempted()).toEqual([]);
    expect(tenure.waitsForStore?.message).toBe('cannot take the partitions over: Postgres is away');
    expect(errors).toEqual([
      'cannot take the partitions over; tried again until it works; nothing is attempted until then',
    ]);
  });

  it('works as soon as Postgres is there, and the readiness is green again', async () => {
    const { attempted, tenure, end, state } = await away();
    state.storeAway = false;
    await end('timer 500');
    expect(attempted()).toEqual(['d0']);
    expect(tenure.waitsForStore).toBeNull();
  });

  it('ends with the tenure: who drains meanwhile takes nothing over any more', async () => {
    const { attempted, tenure, end, state } = await away();
    await tenure.drain(2000);
    state.storeAway = false;
    await end('timer 500');
    expect(attempted()).toEqual([]);
  });

  it('needs the proof that the generation is still its own: without it nothing is attempted or written', async () => {
    const world = surroundings();
    const assignment = world.assignment();
    let answer = (_: Error | null): void => {};
    const confirm = () =>
      new Promise<void>((resolve, reject) => (answer = (error) => (error === null ? resolve() : reject(error))));
    const tenure = new Tenure(world.deps, { ...assignment, confirm });
    const records = [recordOf(0)];
    tenure.accept({ topic: 'deliveries.custom', partition: 0, records, highWatermark: 1, assignment });
    await turn();
    expect(world.attempted()).toEqual([]);
    answer(new FencedError('generation 1 is over'));
    await world.settle();
    expect(world.attempted()).toEqual([]);
    expect(world.pending.map(({ what }) => what)).toEqual([]);
  });

  it('with the proof, goes on', async () => {
    const world = tenureOf();
    await world.read([0]);
    await world.end('attempt d0', DELIVERED);
    await world.settle();
    expect(world.commits.at(-1)?.offset).toBe(1);
  });
});
