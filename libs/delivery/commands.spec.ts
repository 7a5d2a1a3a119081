/**
 * Operators' commands to the lanes of a partition.
 * Oracles: the attempts, sends and commits asked of the doubles; what lies in the lane store.
 */
import type { LaneCommand } from '#libs/contracts';
import { HEADERS, type IncomingRecord } from '#libs/kafka';
import { MemoryLaneStore } from '#libs/testkit';
import { COMMANDS } from './cluster.fixture.js';
import { ABSTAINED, DELIVERED, deadOf, LADDER, reportsOf, RETRY, tenureOf } from './engine.fixture.js';

const record = (offset: number, value: string): IncomingRecord => ({
  offset,
  key: Buffer.from('c1'),
  value: Buffer.from(value),
  headers: {},
  timestamp: 0,
});
const commandOf = (offset: number, command: Partial<LaneCommand>): IncomingRecord => {
  const head = {
    v: 1,
    type: 'retry',
    endpointId: 'e1',
    callId: 'c1',
    deliveryId: 'd0',
    attempts: 1,
    at: 5000,
  } as const;
  return record(offset, JSON.stringify({ ...head, ...command }));
};

/** d0 has failed once and is parked with d1 behind it. */
async function parked() {
  const store = new MemoryLaneStore();
  const world = tenureOf({}, {}, store);
  await world.read([0, 1]);
  await world.end('attempt d0', RETRY);
  await world.settle();
  let next = 0;
  const command = (one: Partial<LaneCommand>) => world.accept([commandOf(next++, one)], 0, COMMANDS);
  const carriedOut = () => world.commits.filter(({ topic }) => topic === COMMANDS).at(-1)?.offset ?? 0;
  const lanes = () => Object.values(store.contents());
  return { ...world, store, command, carriedOut, lanes };
}

describe('a command that is quicker than the parking it was made for', () => {
  it.each(['retry', 'skip'] as const)('waits for it, and is carried out then: %s', async (type) => {
    const world = tenureOf();
    await world.read([0, 1]);
    await world.end('attempt d0', RETRY);
    await world.end('send');
    // The row is there to be seen, and its owner has yet to hear of it, and to commit the finishes.
    await world.accept([commandOf(0, { type })], 0, COMMANDS);
    await world.end('write');
    await world.end('timer 50');
    expect(world.attempted()).toEqual(['d0']);
    await world.settle();
    await world.settle(); // the head to be skipped was read in between
    expect(world.attempted()).toEqual(['d0', type === 'retry' ? 'd0' : 'd1']);
  });
});

describe('retry now', () => {
  it('makes the head’s next attempt at once, under its number; its wake-up does nothing more when it comes', async () => {
    const world = await parked();
    await world.command({ type: 'retry' });
    expect(world.attempts.map(({ input }) => input.attempt)).toEqual([1, 2]);
    await world.end('attempt d0', RETRY);
    await world.settle();
    expect(world.carriedOut()).toBe(1);
    world.state.now += LADDER[0]!;
    await world.climb(1);
    await world.settle();
    expect(world.attempted()).toEqual(['d0', 'd0']);
    expect(world.lanes()).toEqual([['d0', 'd1']]);
  });

  it('leaves the wake-up unfinished while the row names it, so that a crash during the attempt loses nothing', async () => {
    const world = await parked();
    await world.command({ type: 'retry' });
    world.state.now += LADDER[0]!;
    await world.climb(1);
    await world.settle();
    const finished = () => world.commits.filter(({ topic }) => topic.includes('retry')).at(-1)?.offset ?? 0;
    expect([world.attempted(), finished()]).toEqual([['d0', 'd0'], 0]);
    await world.end('attempt d0', DELIVERED);
    await world.settle();
    expect(finished()).toBe(1);
  });

  it('also tries a head that is held', async () => {
    const world = await parked();
    await world.command({ type: 'retry' });
    await world.end('attempt d0', ABSTAINED);
    await world.command({ type: 'retry' });
    expect(world.attempts.map(({ input }) => input.attempt)).toEqual([1, 2, 2]);
  });
});

describe('skip', () => {
  it('dead-letters the head, with the reason and its attempts, and the next event proceeds', async () => {
    const world = await parked();
    await world.command({ type: 'skip' });
    await world.settle();
    expect(deadOf(world)).toMatchObject([
      {
        headers: {
          [HEADERS.deliveryId]: 'd0',
          [HEADERS.reason]: expect.stringContaining('skipped_by_operator') as unknown,
          [HEADERS.attempts]: '1',
          [HEADERS.firstAttemptAt]: new Date(5000).toISOString(),
        },
      },
    ]);
    expect(reportsOf(world).at(-1)).toMatchObject({ deliveryId: 'd0', status: 'dead_lettered', verdict: null });
    expect(world.attempted()).toEqual(['d0', 'd1']);
    expect([world.lanes(), world.carriedOut()]).toEqual([[['d1']], 1]);
  });

  it('whose head cannot be read is not lost: it is tried again, and not finished before', async () => {
    const world = await parked();
    world.state.storeAway = true;
    await world.command({ type: 'skip' });
    await world.settle();
    expect([deadOf(world), world.carriedOut()]).toEqual([[], 0]);
    world.state.storeAway = false;
    await world.end('timer 1000');
    await world.settle();
    expect([deadOf(world).length, world.carriedOut()]).toEqual([1, 1]);
  });

  it('that waits for Postgres does nothing when the head has moved on meanwhile', async () => {
    const world = await parked();
    world.state.storeAway = true;
    await world.command({ type: 'skip' });
    world.state.storeAway = false;
    world.state.now += LADDER[0]!;
    await world.climb(1);
    await world.end('attempt d0', DELIVERED);
    await world.settle();
    await world.end('timer 1000');
    await world.settle();
    expect([deadOf(world), world.carriedOut(), world.lanes()]).toEqual([[], 1, [['d1']]]);
  });

  it('of one head does not skip the next one when it is asked twice', async () => {
    const world = await parked();
    await world.command({ type: 'skip' });
    await world.command({ type: 'skip' });
    await world.settle();
    expect([deadOf(world).length, world.carriedOut(), world.lanes()]).toEqual([1, 2, [['d1']]]);
  });
});

describe('a stale command', () => {
  it.each<[string, Partial<LaneCommand>]>([
    ['names another head', { deliveryId: 'd1' }],
    ['saw fewer attempts', { attempts: 0 }],
    ['saw more attempts', { attempts: 2 }],
    ['names a lane that is not parked', { callId: 'c2' }],
    ['names another endpoint', { endpointId: 'e2' }],
  ])('(%s) is finished and does nothing', async (_, fault) => {
    const world = await parked();
    await world.command({ type: 'skip', ...fault });
    await world.command({ type: 'retry', ...fault });
    await world.settle();
    expect([world.attempted(), deadOf(world), world.carriedOut()]).toEqual([['d0'], [], 2]);
  });

  it.each(['retry', 'skip'] as const)(
    '(%s, while an attempt is in flight) does nothing: the attempt decides',
    async (type) => {
      const world = await parked();
      world.state.now += LADDER[0]!;
      await world.climb(1);
      await world.command({ type });
      await world.settle();
      expect([world.attempted(), deadOf(world), world.carriedOut()]).toEqual([['d0', 'd0'], [], 1]);
      await world.end('attempt d0', DELIVERED);
      await world.settle();
      expect(reportsOf(world).at(-1)).toMatchObject({ deliveryId: 'd0', status: 'delivered' });
    },
  );
});

it('a command that cannot be read goes to the dead-letter topic as it is, and the next one is carried out', async () => {
  const world = await parked();
  await world.accept([record(0, 'retry!'), record(1, '{"v":7}'), commandOf(2, {})], 0, COMMANDS);
  await world.settle();
  expect(
    deadOf(world).map(({ value, headers }) => [
      String(value),
      headers?.[HEADERS.sourceTopic],
      headers?.[HEADERS.sourceOffset],
    ]),
  ).toEqual([
    ['retry!', COMMANDS, '0'],
    ['{"v":7}', COMMANDS, '1'],
  ]);
  expect([world.attempted(), world.carriedOut()]).toEqual([['d0', 'd0'], 3]);
});
