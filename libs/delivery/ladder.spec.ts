/**
 * A head that fails: its rungs, its row, its retries, its end.
 * Oracles: the attempts, sends, writes and commits asked of the doubles, in order; what lies in the lane store.
 */
import { HEADERS } from '#libs/kafka';
import type { Verdict } from '#libs/ordering';
import { MemoryLaneStore } from '#libs/testkit';
import {
  DELIVERED,
  deadOf,
  LADDER,
  REFUSED,
  reportsOf,
  RETRY,
  rungTopic,
  tenureOf,
  wakeUpsOf,
} from './engine.fixture.js';

const asked = ({ pending }: Pick<ReturnType<typeof tenureOf>, 'pending'>) =>
  pending.map(({ what }) => what).filter((what) => !what.startsWith('timer'));
const headersOf = (world: ReturnType<typeof tenureOf>, rung: number) =>
  wakeUpsOf(world, rung).map(({ headers }) => headers);

/** Its head has failed for the first time and is parked. */
async function parkedTenure(verdict: Verdict = RETRY) {
  const store = new MemoryLaneStore();
  const world = tenureOf({}, {}, store);
  await world.read([0]);
  await world.end('attempt d0', verdict);
  await world.settle();
  return { ...world, store };
}

describe('a head that fails', () => {
  it('is put on its rung, then parked, then finished, and each step waits for the one before it', async () => {
    const store = new MemoryLaneStore();
    const world = tenureOf({}, {}, store);
    await world.read([0]);
    world.state.now = 7000;
    await world.end('attempt d0', RETRY);
    expect(asked(world)).toEqual(['send']);
    expect(store.contents()).toEqual({});
    await world.end('send');
    expect(wakeUpsOf(world, 1)).toHaveLength(1);
    expect(asked(world)).toEqual(['write']);
    expect(store.contents()).toEqual({});
    await world.end('write');
    expect(Object.values(store.contents())).toEqual([['d0']]);
    expect(world.commits).toEqual([]);
    expect(asked(world)).toEqual(['commit']);
    await world.end('commit');
    expect(world.commits.at(-1)?.offset).toBe(1);
    expect(asked(world)).toEqual([]);
  });

  it('lies on the rung whole, with what it is woken by in its headers', async () => {
    const world = await parkedTenure();
    expect(world.sent.find(({ topic }) => topic === rungTopic(1))).toMatchObject({
      partition: 0,
      key: 'c1',
      value: expect.stringContaining('"deliveryId":"d0"') as unknown,
      headers: {
        [HEADERS.deliveryId]: 'd0',
        [HEADERS.endpointId]: 'e1',
        [HEADERS.attempts]: '1',
        [HEADERS.dueAt]: String(5000 + LADDER[0]!),
      },
    });
  });

  it('is told in the history with its attempt, before its next one', async () => {
    const world = await parkedTenure();
    expect(reportsOf(world)).toMatchObject([
      {
        deliveryId: 'd0',
        attempt: 1,
        status: 'retrying',
        verdict: 'retry',
        reason: 'http_503: the endpoint answered 503',
      },
    ]);
  });

  it.each([
    [LADDER[0]! - 1, 1],
    [LADDER[0]! + 1, 2],
    [LADDER[1]! + 1, 3],
    [LADDER[2]! + 1, 3],
  ])(
    'goes to the first rung that is as long as its receiver wishes (%d ms: rung %d), with its attempt number',
    async (afterMs, rung) => {
      const world = await parkedTenure({ ...RETRY, afterMs });
      expect([1, 2, 3].filter((one) => wakeUpsOf(world, one).length > 0)).toEqual([rung]);
      expect(headersOf(world, rung)).toMatchObject([
        { [HEADERS.attempts]: '1', [HEADERS.dueAt]: String(5000 + LADDER[rung - 1]!) },
      ]);
    },
  );
});

describe('a wake-up', () => {
  it('is not acted on a millisecond before it is due, and is when it is due', async () => {
    const world = await parkedTenure();
    world.state.now = 5000 + LADDER[0]! - 1;
    await world.climb(1);
    expect(world.attempted()).toEqual(['d0']);
    // A timer that fires early changes nothing.
    await world.end('timer 1');
    expect(world.attempted()).toEqual(['d0']);
    world.state.now += 1;
    await world.end('timer 1');
    expect(world.attempts.map(({ input }) => [input.job.deliveryId, input.attempt])).toEqual([
      ['d0', 1],
      ['d0', 2],
    ]);
  });

  it('is finished only when the row has moved on: after a crash before that it comes again', async () => {
    const world = await parkedTenure();
    world.state.now += LADDER[0]!;
    await world.climb(1);
    const finished = () => world.commits.filter(({ topic }) => topic === rungTopic(1)).map(({ offset }) => offset);
    await world.end('attempt d0', RETRY);
    await world.end('send');
    expect([...asked(world), ...finished()]).toEqual(['write']);
    await world.end('write');
    await world.settle();
    expect(finished()).toEqual([1]);
  });

  it('whose row has moved on is finished and does nothing', async () => {
    const world = await parkedTenure();
    world.state.now += LADDER[0]!;
    await world.climb(1);
    await world.end('attempt d0', RETRY);
    await world.settle();
    const [again] = wakeUpsOf(world, 1);
    await world.accept([{ ...again!, offset: 1 }], 0, rungTopic(1));
    await world.settle();
    expect(world.attempted()).toEqual(['d0', 'd0']);
    expect(world.commits.filter(({ topic }) => topic === rungTopic(1)).at(-1)?.offset).toBe(2);
  });

  it('holds back those behind it on its rung, that are due later', async () => {
    const world = tenureOf();
    await world.read([0]);
    await world.read([1], { callId: 'c2' });
    await world.end('attempt d0', RETRY);
    world.state.now += 500;
    await world.end('attempt d1', RETRY);
    await world.settle();
    world.state.now = 5000 + LADDER[0]!;
    await world.climb(1);
    expect(world.attempted()).toEqual(['d0', 'd1', 'd0']);
    world.state.now += 500;
    await world.end('timer 500');
    expect(world.attempted()).toEqual(['d0', 'd1', 'd0', 'd1']);
  });

  it('that cannot be read goes to the dead-letter topic as it is, and holds nothing up', async () => {
    const world = await parkedTenure();
    const [wakeUp] = wakeUpsOf(world, 1);
    world.state.now += LADDER[0]!;
    const broken = { ...wakeUp!, headers: { ...wakeUp!.headers, [HEADERS.dueAt]: 'soon' } };
    await world.accept([broken, { ...wakeUp!, offset: 1 }], 0, rungTopic(1));
    expect(world.attempted()).toEqual(['d0', 'd0']);
    await world.end('attempt d0', DELIVERED);
    await world.settle();
    expect(deadOf(world)).toMatchObject([
      { value: broken.value, headers: { [HEADERS.sourceTopic]: rungTopic(1), [HEADERS.sourceOffset]: '0' } },
    ]);
    expect(world.commits.filter(({ topic }) => topic === rungTopic(1)).at(-1)?.offset).toBe(2);
  });
});

/** Every attempt fails, every wake-up comes in time. */
async function failUntilTheEnd(world: Awaited<ReturnType<typeof parkedTenure>>, last: Verdict) {
  const read = new Map<number, number>();
  for (let attempt = 2; attempt <= 7; attempt++) {
    const rung = Math.min(attempt - 1, LADDER.length);
    world.state.now += LADDER[rung - 1]!;
    const from = read.get(rung) ?? 0;
    await world.accept(wakeUpsOf(world, rung).slice(from), 0, rungTopic(rung));
    read.set(rung, from + 1);
    await world.end('attempt d0', attempt === 7 ? last : RETRY);
    await world.settle();
  }
}

describe('the last retry', () => {
  it('is the sixth: then it is a dead letter with the reason, the attempts, the last status, the first and the last time', async () => {
    const world = await parkedTenure();
    await failUntilTheEnd(world, RETRY);
    expect(world.attempts.map(({ input }) => input.attempt)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(deadOf(world).map(({ headers }) => headers)).toEqual([
      {
        [HEADERS.deliveryId]: 'd0',
        [HEADERS.reason]: 'http_503: the endpoint answered 503',
        [HEADERS.attempts]: '7',
        [HEADERS.lastStatus]: '503',
        [HEADERS.firstAttemptAt]: new Date(5000).toISOString(),
        [HEADERS.lastAttemptAt]: new Date(world.state.now).toISOString(),
        [HEADERS.traceparent]: 'child of none',
      },
    ]);
    expect(reportsOf(world).map(({ attempt, status }) => [attempt, status])).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((attempt) => [attempt, 'retrying']),
      [7, 'dead_lettered'],
    ]);
    expect(world.store.contents()).toEqual({});
  });

  it('that is delivered leaves no dead letter', async () => {
    const world = await parkedTenure();
    await failUntilTheEnd(world, DELIVERED);
    expect(deadOf(world)).toEqual([]);
    expect(reportsOf(world).at(-1)).toMatchObject({ attempt: 7, status: 'delivered' });
    expect(world.store.contents()).toEqual({});
  });

  it('is not waited for by what can never be delivered: a final answer ends a head that climbs', async () => {
    const world = await parkedTenure();
    world.state.now += LADDER[0]!;
    await world.climb(1);
    await world.end('attempt d0', REFUSED);
    expect(world.store.contents()).not.toEqual({});
    await world.end('send');
    await world.end('write');
    expect(deadOf(world)).toMatchObject([{ headers: { [HEADERS.attempts]: '2' } }]);
    expect(world.store.contents()).toEqual({});
  });
});
