import { refOf } from '#libs/ordering';
import { describe, expect, it } from '@jest/globals';
import { jobs, type LaneStage } from './lane-stage.fixture.js';
import { FAILED, FIRST_RUNG, NO_WAKE_UP, parkedJob } from './lane-writes.fixture.js';

/** A part of `describeLaneStore`: whoever has no answer makes his writes again. */
export function describeRepeats(stage: LaneStage): void {
  describe('made again after its answer was lost', () => {
    it('a park changes nothing', async () => {
      await stage.store.write([stage.tenure.park(jobs(1, 2))]);
      await stage.store.write([stage.tenure.park(jobs(1, 2))]);
      expect(await stage.lanes()).toMatchObject([{ row: FIRST_RUNG }]);
      expect(await stage.drain(parkedJob(1))).toEqual([1, 2]);
    });

    it('a park writes the row anew and adds the jobs that are not there', async () => {
      await stage.store.write([stage.tenure.park(jobs(1, 2))]);
      const row = { attempts: 2, wakeUp: { rung: 2, dueAt: 5 } };
      await stage.store.write([stage.tenure.park(jobs(1, 2, 3), row)]);
      expect(await stage.lanes()).toMatchObject([{ row }]);
      expect(await stage.drain(parkedJob(1))).toEqual([1, 2, 3]);
    });

    it('an add changes nothing, not even behind later ones, in one batch or in two', async () => {
      await stage.store.write([stage.tenure.park(jobs(1))]);
      await stage.store.write([
        stage.tenure.add(parkedJob(2)),
        stage.tenure.add(parkedJob(3)),
        stage.tenure.add(parkedJob(2)),
      ]);
      await stage.store.write([stage.tenure.add(parkedJob(2))]);
      // The head's own record, read again.
      await stage.store.write([stage.tenure.add(parkedJob(1))]);
      expect(await stage.drain(parkedJob(1))).toEqual([1, 2, 3]);
    });

    it('an add changes nothing when its job is the head by now', async () => {
      await stage.store.write([stage.tenure.park(jobs(1))]);
      const batch = [stage.tenure.add(parkedJob(2)), stage.tenure.advance(parkedJob(1))];
      const answer = await stage.store.write(batch);
      expect(await stage.store.write(batch)).toEqual(answer);
      expect(await stage.drain(parkedJob(2))).toEqual([2]);
    });

    it('an update changes nothing', async () => {
      await stage.store.write([stage.tenure.park(jobs(1, 2))]);
      const update = stage.tenure.update(parkedJob(1), { attempts: 2, wakeUp: { rung: 3, dueAt: 99 } }, FAILED);
      await stage.store.write([update]);
      await stage.store.write([update]);
      expect(await stage.lanes()).toMatchObject([
        { head: refOf(parkedJob(1)), row: { attempts: 2, wakeUp: { rung: 3, dueAt: 99 } } },
      ]);
    });

    it('an advance resolves no second job, and answers as before', async () => {
      await stage.store.write([stage.tenure.park(jobs(1, 2, 3))]);
      const answer = await stage.store.write([stage.tenure.advance(parkedJob(1))]);
      expect(await stage.store.write([stage.tenure.advance(parkedJob(1))])).toEqual(answer);
      const head = { laneId: stage.tenure.laneId(), head: parkedJob(2) };
      expect(await stage.store.load([head])).toMatchObject([{ job: parkedJob(2) }]);
      expect(await stage.drain(parkedJob(2))).toEqual([2, 3]);
      expect(await stage.store.write([stage.tenure.advance(parkedJob(3))])).toEqual([null]);
    });

    it('an advance past one copy of a delivery does not resolve the other', async () => {
      const copy = parkedJob(1, 'call-1', { offset: 8 });
      await stage.store.write([stage.tenure.park([parkedJob(1), copy])]);
      await stage.store.write([stage.tenure.advance(parkedJob(1))]);
      expect(await stage.store.write([stage.tenure.advance(parkedJob(1))])).toEqual([copy]);
    });

    it('a batch of everything changes nothing', async () => {
      await stage.store.write([
        stage.tenure.park(jobs(1, 2), FIRST_RUNG, FAILED, 'a'),
        stage.tenure.park(jobs(3, 4), NO_WAKE_UP),
      ]);
      const batch = [
        stage.tenure.add(parkedJob(5), 'a'),
        stage.tenure.update(parkedJob(1), { attempts: 2, wakeUp: null }, FAILED, 'a'),
        stage.tenure.advance(parkedJob(3)),
        stage.tenure.park(jobs(6, 7), FIRST_RUNG, FAILED, 'b'),
      ];
      const answer = await stage.store.write(batch);
      expect(answer).toEqual([null, null, parkedJob(4), null]);
      expect(await stage.store.write(batch)).toEqual(answer);
      expect(await stage.drain(parkedJob(1), 'a')).toEqual([1, 2, 5]);
      expect(await stage.drain(parkedJob(4))).toEqual([4]);
      expect(await stage.drain(parkedJob(6), 'b')).toEqual([6, 7]);
    });
  });
}
