/**
 * A process that dies between any two steps of a lane's life, and the one that goes on after it.
 * Oracles: the attempts that the destination saw, in order; the reports; what lies in the logs and the lane store.
 */
import { HEADERS } from '#libs/kafka';
import type { Verdict } from '#libs/ordering';
import { Cluster } from './cluster.fixture.js';
import { DELIVERED, LOST, recordOf, REFUSED, reportsOf, RETRY, TOPIC, turn } from './engine.fixture.js';

/** d0 fails twice, d1 is refused, d2 fails once, d3 is delivered at once; d4 is another call's. */
function verdictOf(id: string, attempt: number): Verdict {
  if (id === 'd0') return attempt <= 2 ? RETRY : DELIVERED;
  if (id === 'd1') return REFUSED;
  return id === 'd2' && attempt === 1 ? RETRY : DELIVERED;
}

type Death = 'before it is made' | 'when it is made, before its answer' | 'by a drain';

/** @param dieAt the send, write or commit that the first process does not survive, from 1. */
async function play(dieAt: number, death: Death) {
  const cluster = new Cluster();
  await cluster.join();
  cluster.produce(TOPIC, ...[0, 1, 2, 3].map((offset) => recordOf(offset)), recordOf(4, { callId: 'c2' }));
  let asked = 0;
  for (let rounds = 0; !cluster.isDone || cluster.current.world.pending.length > 0; rounds++) {
    if (rounds > 500) throw new Error(`no end: ${cluster.describe()}`);
    await cluster.feed();
    const { world, tenure } = cluster.current;
    const durable = ['send', 'write', 'commit'];
    const one =
      world.pending.find(({ what }) => what.startsWith('attempt')) ??
      world.pending.find(({ what }) => durable.includes(what)) ??
      world.pending[0];
    if (one === undefined) continue;
    if (one.what.startsWith('timer')) cluster.clock += Number(one.what.slice(6));
    else if (!one.what.startsWith('attempt')) asked += 1;
    if (asked === dieAt && durable.includes(one.what)) {
      if (death === 'by a drain') {
        const drained = tenure.drain(2000).then(() => true);
        while (!(await Promise.race([drained, world.settle().then(() => false)])));
      } else {
        if (death === 'when it is made, before its answer') one.end(LOST as never);
        await turn();
        tenure.discard();
      }
      await cluster.join();
      continue;
    }
    const id = one.what.slice(8);
    if (!one.what.startsWith('attempt')) one.end();
    else {
      const last = world.attempts.findLast(({ input }) => input.job.deliveryId === id)!;
      one.end(verdictOf(id, last.input.attempt) as never);
    }
    await cluster.flow();
  }
  const arrivals = cluster.members
    .flatMap(({ world }) => world.attempts)
    .map(({ input: { job, attempt } }) => ({ id: job.deliveryId, attempt, callId: job.event.data.callId }));
  const ends = cluster.members
    .flatMap(({ world }) => reportsOf(world))
    .filter(({ status }) => status === 'delivered' || status === 'dead_lettered')
    .map(({ deliveryId, status }) => `${deliveryId} ${status}`);
  const ofCall = (callId: string) =>
    arrivals.filter((one) => one.callId === callId).map(({ id, attempt }) => `${id} ${attempt}`);
  return { cluster, asked, ofCall, ends: [...new Set(ends)].sort() };
}

const IN_ORDER = ['d0 1', 'd0 2', 'd0 3', 'd1 1', 'd2 1', 'd2 2', 'd3 1'];
const withoutRepeats = (all: readonly string[]) => all.filter((one, index) => one !== all[index - 1]);

describe('a lane', () => {
  it('whose owner lives is attempted in order, with no repeat', async () => {
    const { ofCall } = await play(0, 'before it is made');
    expect(ofCall('c1')).toEqual(IN_ORDER);
    expect(ofCall('c2')).toEqual(['d4 1']);
  });

  it.each<Death>(['before it is made', 'when it is made, before its answer', 'by a drain'])(
    'whose owner dies at any send, write or commit, %s, is attempted in order, with repeats in place only, and ends whole',
    async (death) => {
      const { asked } = await play(0, death);
      expect(asked).toBeGreaterThanOrEqual(20);
      let repeats = 0;
      for (let dieAt = 1; dieAt <= asked; dieAt++) {
        const { cluster, ofCall, ends } = await play(dieAt, death);
        expect([dieAt, ...withoutRepeats(ofCall('c1'))]).toEqual([dieAt, ...IN_ORDER]);
        expect(withoutRepeats(ofCall('c2'))).toEqual(['d4 1']);
        expect(ends).toEqual(['d0 delivered', 'd1 dead_lettered', 'd2 delivered', 'd3 delivered', 'd4 delivered']);
        expect(cluster.memory.contents()).toEqual({});
        expect(cluster.current.world.overdue()).toBe(0);
        repeats += ofCall('c1').length - IN_ORDER.length;
      }
      // Who hands over in good order repeats nothing at all.
      if (death === 'by a drain') expect(repeats).toBe(0);
      else expect(repeats).toBeGreaterThan(0);
    },
  );
});

/** d0 has failed and is parked, but its finish is not committed: its record is read again by the next owner. */
async function parkedButNotCommitted() {
  const cluster = new Cluster();
  const { world, tenure } = await cluster.join();
  cluster.produce(TOPIC, recordOf(0));
  await cluster.feed();
  await world.end('attempt d0', RETRY);
  await world.end('send');
  await world.end('write');
  tenure.discard();
  return cluster;
}

describe('a parked head whose record may be read again', () => {
  it('is not attempted before a commit with its own finish, though its wake-up has come', async () => {
    const cluster = await parkedButNotCommitted();
    cluster.clock += 60_000;
    const { world, tenure } = await cluster.join();
    // The rung is read first.
    const assignment = world.assignment();
    const records = cluster.logOf('deliveries.custom.retry.1');
    tenure.accept({ topic: 'deliveries.custom.retry.1', partition: 0, records, highWatermark: 1, assignment });
    await turn();
    expect(world.attempted()).toEqual([]);
    tenure.accept({ topic: TOPIC, partition: 0, records: cluster.logOf(TOPIC), highWatermark: 1, assignment });
    await turn();
    expect(world.attempted()).toEqual([]);
    await world.end('commit');
    expect(world.attempts.map(({ input }) => input.attempt)).toEqual([2]);
  });

  it('keeps the time of its first attempt over a hand-over', async () => {
    const cluster = await parkedButNotCommitted();
    const first = cluster.clock;
    cluster.clock += 60_000;
    const { world } = await cluster.join();
    await cluster.feed();
    await world.end('commit');
    await world.end('attempt d0', REFUSED);
    await world.settle();
    expect(world.sent.find(({ topic }) => topic.endsWith('dlq'))?.headers).toMatchObject({
      [HEADERS.firstAttemptAt]: new Date(first).toISOString(),
      [HEADERS.lastAttemptAt]: new Date(first + 60_000).toISOString(),
    });
  });
});
