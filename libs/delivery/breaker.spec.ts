/**
 * An endpoint that fails many times in a row is left alone, and none of its calls pays for it.
 * Oracles: the attempts, sends, writes and commits asked of the doubles; what lies in the lane store.
 */
import { MemoryLaneStore } from '#libs/testkit';
import { DELIVERED, LADDER, reportsOf, RETRY, tenureOf } from './engine.fixture.js';

const FAILURES = 3;

/**
 * Three calls fail one after the other, at 5, 6 and 9 s; then five more come. With a breaker that opens after three
 * failures it is open from 9 s on, and the first probe is due at 19 s.
 */
async function setUp(breakerFailures = FAILURES) {
  const store = new MemoryLaneStore();
  const world = tenureOf({ breakerFailures }, {}, store);
  const at = async (ms: number): Promise<void> => {
    world.state.now = ms;
    for (const one of [...world.pending]) if (one.what.startsWith('timer')) one.end();
    await world.settle();
  };
  for (const [offset, ms] of [5000, 6000, 9000].entries()) {
    await world.read([offset], { callId: `c${offset}` });
    world.state.now = ms;
    await world.end(`attempt d${offset}`, RETRY);
    await world.settle();
  }
  for (let offset = 3; offset < 8; offset++) await world.read([offset], { callId: `c${offset}` });
  await world.settle();
  return {
    ...world,
    store,
    at,
    numbers: () => world.attempts.map(({ input }) => [input.job.deliveryId, input.attempt]),
  };
}

const FIRST = [
  ['d0', 1],
  ['d1', 1],
  ['d2', 1],
];

describe('while a breaker is open', () => {
  it('nothing is attempted; what comes is parked with no attempt spent and no wake-up out', async () => {
    const world = await setUp();
    expect(world.numbers()).toEqual(FIRST);
    expect(world.breakers).toMatchObject([{ breaker: 'open', since: 9000, reason: RETRY.reason }]);
    expect(Object.values(world.store.contents()).flat()).toEqual(['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7']);
    expect(world.commits.at(-1)?.offset).toBe(8);
    const rows = (await world.store.takeOver([0])).get(0)!.lanes.map(({ head, row }) => [head.id, row]);
    expect(rows.slice(3)).toEqual(['d3', 'd4', 'd5', 'd6', 'd7'].map((id) => [id, { attempts: 0, wakeUp: null }]));
    expect(reportsOf(world).at(-1)).toMatchObject({
      attempt: 0,
      status: 'waiting',
      reason: expect.stringMatching(/^breaker_open: /),
    });
  });

  it('a head that comes due on the ladder gives its wake-up back and keeps its attempts', async () => {
    const world = await setUp();
    await world.at(15_000);
    await world.climb(1);
    await world.settle();
    expect(world.numbers()).toEqual(FIRST);
    expect(world.commits.filter(({ topic }) => topic.includes('retry')).at(-1)?.offset).toBe(1);
    const [first] = (await world.store.takeOver([0])).get(0)!.lanes;
    expect(first).toMatchObject({ head: { id: 'd0' }, row: { attempts: 1, wakeUp: null } });
  });

  it('twin: without a breaker all of them are attempted', async () => {
    const world = await setUp(0);
    await world.at(15_000);
    await world.climb(1);
    await world.settle();
    expect(world.numbers()).toHaveLength(3 + 5 + 1);
  });
});

describe('a probe', () => {
  it('is one attempt, of the head that waits longest; one that fails costs that head a retry, and the others nothing', async () => {
    const world = await setUp();
    await world.at(18_000);
    expect(world.attempts).toHaveLength(3);
    await world.at(19_000);
    expect(world.numbers().slice(3)).toEqual([['d3', 1]]);
    await world.end('attempt d3', RETRY);
    await world.settle();
    await world.at(19_000 + LADDER[1]! - 1000);
    expect(world.attempts).toHaveLength(4);
    await world.at(19_000 + LADDER[1]!);
    expect(world.numbers().slice(4)).toEqual([['d4', 1]]);
    expect(world.breakers).toMatchObject([
      { since: 9000, at: 9000 },
      { since: 9000, at: 19_000, breaker: 'open' },
    ]);
  });

  it('that is not answered by our own fault tells nothing: the next head probes while that one is held', async () => {
    const world = await setUp();
    await world.at(19_000);
    await world.end('attempt d3', { type: 'abstained', reason: 'local_limit: no room' });
    await world.settle();
    expect(world.numbers().slice(3)).toEqual([
      ['d3', 1],
      ['d4', 1],
    ]);
  });

  it('that is answered closes the breaker: what waited goes on, a few at first and then more', async () => {
    const world = await setUp();
    await world.at(19_000);
    await world.end('attempt d3', DELIVERED);
    await world.settle();
    expect(world.breakers.at(-1)).toMatchObject({ breaker: 'closed', since: 19_000 });
    expect(world.numbers().slice(4)).toEqual([['d4', 1]]);
    await world.end('attempt d4', DELIVERED);
    await world.settle();
    expect(world.numbers().slice(5)).toEqual([
      ['d5', 1],
      ['d6', 1],
    ]);
    for (const id of ['d5', 'd6', 'd7']) await world.end(`attempt ${id}`, DELIVERED);
    await world.settle();
    expect(Object.values(world.store.contents()).flat()).toEqual(['d0', 'd1', 'd2']);
  });
});

it('a breaker outlives a hand-over within the process: the next tenure does not attempt either', async () => {
  const world = await setUp();
  world.tenure.discard();
  const next = tenureOf({ health: world.deps.health }, { 0: world.commits.at(-1)! }, world.store);
  next.state.now = 18_000;
  await next.settle();
  expect(next.attempts).toEqual([]);
});
