import { refOf } from '#libs/ordering';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { describeRepeats } from './lane-repeats.conformance.js';
import { jobs, LaneStage, type SharedLanes } from './lane-stage.fixture.js';
import { LaneFencedError, LaneMismatchError, type LaneStore, type ParkedJob } from './lane-store.js';
import { FAILED, FIRST_RUNG, NO_TROUBLE, NO_WAKE_UP, parkedJob, Tenure } from './lane-writes.fixture.js';

/**
 * What every lane store does. Oracles: what the next owner finds when it takes the partition over, and the order in which
 * advancing hands the jobs out.
 * @param open once for all cases; each has partitions of its own.
 */
export function describeLaneStore(name: string, open: () => Promise<SharedLanes>): void {
  describe(`${name}: parked lanes`, () => {
    const stage = new LaneStage();
    let shared: SharedLanes;

    beforeAll(async () => {
      shared = await open();
    });
    beforeEach(() => stage.next(shared));

    describe('taking a partition over', () => {
      it('finds a partition that nobody had empty, and raises its epoch each time', async () => {
        const first = await stage.store.takeOver([stage.partition + 1, stage.partition]);
        const second = await stage.other.takeOver([stage.partition]);
        expect([...first.keys()].toSorted((a, b) => a - b)).toEqual([stage.partition, stage.partition + 1]);
        expect(first.get(stage.partition + 1)!.lanes).toEqual([]);
        expect(second.get(stage.partition)!.epoch).toBeGreaterThan(first.get(stage.partition)!.epoch);
        expect(await stage.store.takeOver([])).toEqual(new Map());
      });

      it('finds the lanes of that partition and no other, as they were written', async () => {
        const neighbour = await stage.take(stage.partition + 1);
        await stage.store.write([
          stage.tenure.park(jobs(1, 2), FIRST_RUNG, FAILED, 'a'),
          stage.tenure.park(jobs(3), { attempts: 3, wakeUp: null }, NO_TROUBLE, 'b "\\ 📞'),
          neighbour.park(jobs(4)),
        ]);
        const endpointId = parkedJob(1).job.endpoint.id;
        expect(await stage.lanes()).toEqual([
          { endpointId, callId: 'a', head: refOf(parkedJob(1)), row: FIRST_RUNG },
          { endpointId, callId: 'b "\\ 📞', head: refOf(parkedJob(3)), row: { attempts: 3, wakeUp: null } },
        ]);
      });

      it.each([0, 1, 999, 1764000005123, 1764000005124, 1764000005125, 4102444799999])(
        'finds when a wake-up is due, to the millisecond: %d',
        async (dueAt) => {
          await stage.store.write([stage.tenure.park(jobs(1), { attempts: 1, wakeUp: { rung: 6, dueAt } })]);
          expect(await stage.lanes()).toMatchObject([{ row: { wakeUp: { rung: 6, dueAt } } }]);
        },
      );

      it('while its owner writes finds the write, or ends it', async () => {
        for (let round = 0; round < 20; round++) {
          const owner = await stage.take(stage.partition);
          const callId = `round ${round}`;
          const writing = stage.store.write([owner.park(jobs(round), FIRST_RUNG, FAILED, callId)]).then(
            () => true,
            (error: unknown) => {
              expect(error).toBeInstanceOf(LaneFencedError);
              return false;
            },
          );
          const found = (await stage.lanes()).some((lane) => lane.callId === callId);
          expect({ round, found }).toEqual({ round, found: await writing });
        }
      });
    });

    describe('a write of an earlier tenure', () => {
      it('is refused with its whole batch; the same batch of this tenure is made', async () => {
        const neighbour = await stage.take(stage.partition + 1);
        const stale = stage.tenure;
        await stage.lanes();
        const batch = (of: Tenure) => [neighbour.park(jobs(1)), of.park(jobs(2))];
        await expect(stage.store.write(batch(stale))).rejects.toBeInstanceOf(LaneFencedError);
        await expect(stage.store.write(batch(stale))).rejects.toThrow(`partition ${stage.partition}`);
        expect([await stage.lanes(stage.partition + 1), await stage.lanes()]).toEqual([[], []]);

        await stage.store.write([stage.tenure.park(jobs(2))]);
        expect(await stage.lanes()).toHaveLength(1);
      });

      it.each(['add', 'update', 'advance'] as const)('is refused: %s', async (type) => {
        await stage.store.write([stage.tenure.park(jobs(1, 2))]);
        const stale = stage.tenure;
        const before = await stage.lanes();
        const [head] = jobs(1);
        const writes = {
          add: stale.add(parkedJob(3)),
          update: stale.update(head!, NO_WAKE_UP),
          advance: stale.advance(head!),
        };
        await expect(stage.store.write([writes[type]])).rejects.toBeInstanceOf(LaneFencedError);
        expect(await stage.lanes()).toEqual(before);
        expect(await stage.drain(head!)).toEqual([1, 2]);
      });

      it('is refused beside one of this tenure, and where nobody has taken over', async () => {
        const stale = stage.tenure;
        await stage.lanes();
        await expect(stage.store.write([stage.tenure.park(jobs(1)), stale.add(parkedJob(2))])).rejects.toThrow(
          LaneFencedError,
        );
        await expect(stage.store.write([new Tenure(stage.partition + 1, 1).park(jobs(1))])).rejects.toThrow(
          LaneFencedError,
        );
        expect(await stage.lanes()).toEqual([]);
      });
    });

    describe('the jobs of a lane', () => {
      it('come out in the order in which they went in, over several batches', async () => {
        expect(await stage.store.write([stage.tenure.park(jobs(5, 1))])).toEqual([null]);
        await stage.store.write([stage.tenure.add(parkedJob(9)), stage.tenure.add(parkedJob(2))]);
        await stage.store.write([stage.tenure.add(parkedJob(7))]);
        expect(await stage.drain(parkedJob(5))).toEqual([5, 1, 9, 2, 7]);
        expect(await stage.lanes()).toEqual([]);
      });

      it('come out whole', async () => {
        const plain = parkedJob(1);
        const odd: ParkedJob = {
          ...plain,
          id: parkedJob(2).id,
          job: { ...plain.job, event: { ...plain.job.event, eventId: 'a\0b"\\\u2028📞' }, redrive: 3 },
          offset: Number.MAX_SAFE_INTEGER,
          mark: null,
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        };
        const whole = { ...odd, bytes: Buffer.byteLength(JSON.stringify(odd.job)) };
        await stage.store.write([stage.tenure.park([plain, whole])]);
        expect(await stage.store.load([{ laneId: stage.tenure.laneId(), head: plain }])).toEqual([
          { job: plain, firstAttemptAt: FAILED.firstAttemptAt },
        ]);
        expect(await stage.store.write([stage.tenure.advance(plain)])).toEqual([whole]);
        expect(await stage.store.load([{ laneId: stage.tenure.laneId(), head: whole }])).toEqual([
          { job: whole, firstAttemptAt: null },
        ]);
      });

      it('may be two copies of one delivery: a redriven one waits behind the first', async () => {
        const copy = parkedJob(1, 'call-1', { offset: 8, mark: null });
        await stage.store.write([stage.tenure.park(jobs(1, 2))]);
        await stage.store.write([stage.tenure.add(copy)]);
        expect(await stage.drain(parkedJob(1))).toEqual([1, 2, 8]);
      });

      it('that come from a topic made anew, with lower offsets, wait behind the older ones', async () => {
        await stage.store.write([stage.tenure.park(jobs(1000, 1001))]);
        await stage.store.write([
          stage.tenure.add(parkedJob(0)),
          stage.tenure.add(parkedJob(50, 'call-1', { offset: 1001 })),
        ]);
        expect(await stage.drain(parkedJob(1000))).toEqual([1000, 1001, 0, 1001]);
      });

      it('are added before their lane advances, wherever they stand in the batch', async () => {
        await stage.store.write([stage.tenure.park(jobs(1))]);
        const [next] = await stage.store.write([stage.tenure.advance(parkedJob(1)), stage.tenure.add(parkedJob(2))]);
        expect(next).toEqual(parkedJob(2));
        const [, last] = await stage.store.write([stage.tenure.add(parkedJob(3)), stage.tenure.advance(parkedJob(2))]);
        expect(last).toEqual(parkedJob(3));
        expect(await stage.drain(parkedJob(3))).toEqual([3]);
      });

      it('wait behind those that the same batch parks', async () => {
        await stage.store.write([stage.tenure.park(jobs(1, 2)), stage.tenure.add(parkedJob(3))]);
        expect(await stage.drain(parkedJob(1))).toEqual([1, 2, 3]);
      });
    });

    describe('advancing', () => {
      it('makes the next job a head that nobody has attempted', async () => {
        await stage.store.write([stage.tenure.park(jobs(1, 2))]);
        await stage.store.write([stage.tenure.advance(parkedJob(1))]);
        expect(await stage.lanes()).toMatchObject([{ head: refOf(parkedJob(2)), row: NO_WAKE_UP }]);
        expect(await stage.store.load([{ laneId: stage.tenure.laneId(), head: parkedJob(2) }])).toMatchObject([
          { firstAttemptAt: null },
        ]);
      });

      it('past the last job ends the lane, which may be parked anew', async () => {
        await stage.store.write([stage.tenure.park(jobs(1))]);
        expect(await stage.store.write([stage.tenure.advance(parkedJob(1))])).toEqual([null]);
        expect(await stage.lanes()).toEqual([]);
        await stage.store.write([stage.tenure.park(jobs(2, 3))]);
        expect(await stage.drain(parkedJob(2))).toEqual([2, 3]);
      });

      it('answers each of many lanes in the order of the batch', async () => {
        const calls = Array.from({ length: 40 }, (_, n) => `call ${n}`);
        await stage.store.write(calls.map((call, n) => stage.tenure.park(jobs(n, 1000 + n), FIRST_RUNG, FAILED, call)));
        const heads = await stage.store.write(calls.map((call, n) => stage.tenure.advance(parkedJob(n), call)));
        expect(heads.map((head) => head?.offset)).toEqual(calls.map((_, n) => 1000 + n));
      });
    });

    describe('an update', () => {
      it('says what the row says, also that no wake-up is out', async () => {
        await stage.store.write([stage.tenure.park(jobs(1, 2))]);
        await stage.store.write([
          stage.tenure.update(parkedJob(1), { attempts: 4, wakeUp: null }, { ...FAILED, firstAttemptAt: 7 }),
        ]);
        expect(await stage.lanes()).toMatchObject([{ row: { attempts: 4, wakeUp: null } }]);
        expect(await stage.store.load([{ laneId: stage.tenure.laneId(), head: parkedJob(1) }])).toMatchObject([
          { firstAttemptAt: 7 },
        ]);
      });

      it('without a reason leaves what the row says of the last attempt: the head was spilled when it came due', async () => {
        await stage.store.write([stage.tenure.park(jobs(1))]);
        await stage.store.write([stage.tenure.update(parkedJob(1), { attempts: 1, wakeUp: null }, NO_TROUBLE)]);
        expect(await stage.lanes()).toMatchObject([{ row: { attempts: 1, wakeUp: null } }]);
        expect(await stage.store.load([{ laneId: stage.tenure.laneId(), head: parkedJob(1) }])).toMatchObject([
          { firstAttemptAt: FAILED.firstAttemptAt },
        ]);
      });
    });

    describe('a write that does not fit is told from an outage, and nothing of its batch is made', () => {
      it.each<[string, (of: Tenure) => Parameters<LaneStore['write']>[0][number]]>([
        ['an add to a lane that is not parked', (of) => of.add(parkedJob(9), 'nowhere')],
        ['a park behind another head', (of) => of.park(jobs(2))],
        ['a park of nothing', (of) => of.park([], FIRST_RUNG, FAILED, 'nothing')],
        ['an update of a job that is not the head', (of) => of.update(parkedJob(2), NO_WAKE_UP)],
        ['an update of another copy of the head', (of) => of.update({ ...parkedJob(1), offset: 9 }, NO_WAKE_UP)],
        ['an update of a lane that is not parked', (of) => of.update(parkedJob(1), NO_WAKE_UP, FAILED, 'nowhere')],
        ['an advance of a job that waits behind the head', (of) => of.advance(parkedJob(2))],
      ])('%s', async (_, unfit) => {
        await stage.store.write([stage.tenure.park(jobs(1, 2))]);
        const batch = [stage.tenure.park(jobs(5), FIRST_RUNG, FAILED, 'other'), unfit(stage.tenure)];
        await expect(stage.store.write(batch)).rejects.toBeInstanceOf(LaneMismatchError);
        expect(await stage.lanes()).toMatchObject([{ callId: 'call-1', head: refOf(parkedJob(1)), row: FIRST_RUNG }]);
        expect(await stage.drain(parkedJob(1))).toEqual([1, 2]);
      });
    });

    describe('loading heads', () => {
      it('answers in order, with null for what is not a lane’s head', async () => {
        await stage.store.write([
          stage.tenure.park(jobs(1, 2), FIRST_RUNG, FAILED, 'a'),
          stage.tenure.park(jobs(3), NO_WAKE_UP, NO_TROUBLE),
        ]);
        const found = await stage.store.load([
          { laneId: stage.tenure.laneId(), head: parkedJob(3) },
          { laneId: stage.tenure.laneId('a'), head: parkedJob(2) },
          { laneId: stage.tenure.laneId('a'), head: { ...parkedJob(1), offset: 2 } },
          { laneId: stage.tenure.laneId('nowhere'), head: parkedJob(1) },
          { laneId: stage.tenure.laneId('a'), head: parkedJob(1) },
          { laneId: stage.tenure.laneId('a'), head: parkedJob(1) },
        ]);
        expect(found.map((head) => head?.job.offset ?? null)).toEqual([3, null, null, null, 1, 1]);
        expect(await stage.store.load([])).toEqual([]);
      });
    });

    it('takes 2,000 writes in one batch', async () => {
      const calls = Array.from({ length: 1000 }, (_, n) => `call ${n}`);
      await stage.store.write(
        calls.flatMap((call, n) => [
          stage.tenure.park(jobs(n), FIRST_RUNG, FAILED, call),
          stage.tenure.add(parkedJob(2000 + n), call),
        ]),
      );
      const heads = await stage.store.write(calls.map((call, n) => stage.tenure.advance(parkedJob(n), call)));
      expect(heads.map((head) => head?.offset)).toEqual(calls.map((_, n) => 2000 + n));
      expect(await stage.lanes()).toHaveLength(1000);
      expect(await stage.store.write([])).toEqual([]);
    });

    describeRepeats(stage);
  });
}
