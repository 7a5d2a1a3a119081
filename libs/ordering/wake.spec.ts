import { describe, expect, it } from '@jest/globals';
import { onSettled, onVerdict, onWritten } from './decide.js';
import {
  DUE_AT,
  RETRY,
  TERMS,
  attempting,
  effectsOf,
  job,
  laneOf,
  refOfJob,
  unsettled,
  waiting,
  wakeUp,
} from './lane.fixture.js';
import type { LaneRow } from './lane.js';
import { onCommand, onResume, onTakenOver, onWakeUp, type Command } from './wake.js';

const ROW: LaneRow = { attempts: 1, wakeUp: { rung: 1, dueAt: DUE_AT } };
const IDLE: LaneRow = { attempts: 1, wakeUp: null };

describe('a wake-up', () => {
  it('that the row names sets the head going, and stays unfinished until the row has moved on', () => {
    expect(effectsOf(onWakeUp(waiting(), wakeUp()))).toEqual(['attempt 2 of job-1']);
  });

  it.each([
    ['of another attempt', { attempts: 2 }],
    ['that is due at another time: a crash left two for the same attempt', { dueAt: DUE_AT - 1 }],
    ['of another rung', { rung: 2 }],
    ['of another job', { id: 'job-2' }],
  ])('%s is stale and is finished', (_, changes) => {
    expect(effectsOf(onWakeUp(waiting(), wakeUp(changes)))).toEqual(['finish retry.1 70']);
  });

  it('without a lane, or for one that is not parked, is stale and is finished', () => {
    expect(onWakeUp(undefined, wakeUp())[1]).toHaveLength(1);
    expect(effectsOf(onWakeUp(attempting(), wakeUp()))).toEqual(['finish retry.1 70']);
  });

  it('that is quicker than its row waits for it', () => {
    const early = onWakeUp(laneOf(onVerdict(attempting(), job(1), RETRY, TERMS)), wakeUp());
    expect(effectsOf(early)).toEqual([]);
    const written = onWritten(laneOf(early), null);
    expect(effectsOf(written)).toEqual([]);
    expect(effectsOf(onSettled(laneOf(written), job(1)))).toEqual(['attempt 2 of job-1']);
  });

  it('that is quicker than its head is settled waits for that', () => {
    const early = onWakeUp(unsettled(), wakeUp());
    expect(effectsOf(early)).toEqual([]);
    expect(effectsOf(onSettled(laneOf(early), job(1)))).toEqual(['attempt 2 of job-1']);
  });

  it('that was sent twice acts once', () => {
    const woken = laneOf(onWakeUp(waiting(), wakeUp()));
    const again = wakeUp({ place: { topic: 'retry.1', offset: 71 } });
    expect(effectsOf(onWakeUp(woken, again))).toEqual(['finish retry.1 71']);
  });
});

describe('a lane that is taken over', () => {
  it('without a wake-up out is resumed at once, whatever it has spent', () => {
    expect(effectsOf(onTakenOver(refOfJob(1), IDLE, true))).toEqual(['attempt 2 of job-1']);
  });

  it('waits for its wake-up when one is out', () => {
    expect(effectsOf(onTakenOver(refOfJob(1), ROW, true))).toEqual([]);
  });

  it('waits until its own record is settled', () => {
    const taken = onTakenOver<ReturnType<typeof job>>(refOfJob(1), IDLE, false);
    expect(effectsOf(taken)).toEqual([]);
    expect(effectsOf(onSettled(laneOf(taken), job(1)))).toEqual(['attempt 2 of job-1']);
  });
});

describe('the sweep', () => {
  it('attempts a head whose wake-up is lost', () => {
    expect(effectsOf(onResume(waiting()))).toEqual(['attempt 2 of job-1']);
  });

  it('leaves alone what is under way, or not settled', () => {
    expect(effectsOf(onResume(unsettled()))).toEqual([]);
    expect(effectsOf(onResume(attempting()))).toEqual([]);
  });
});

describe('an operator', () => {
  const place = { topic: 'commands', offset: 5 };
  const retry: Command = { type: 'retry', id: 'job-1', attempts: 1, place };
  const skip: Command = { ...retry, type: 'skip' };

  it('has the head attempted now', () => {
    expect(effectsOf(onCommand(waiting(), retry, null))).toEqual(['finish commands 5', 'attempt 2 of job-1']);
  });

  it('moves the call on past the head, which goes to the dead-letter topic; the command is finished last', () => {
    const effects = effectsOf(onCommand(waiting(2), skip, job(1)));
    expect(effects.map((effect) => effect.split(':')[0])).toEqual([
      'dead-letter job-1 after 1',
      'report job-1 dead_lettered',
      'advance past job-1',
      'finish commands 5',
    ]);
  });

  it.each([
    ['saw another head', waiting(), { ...retry, id: 'job-0' }],
    ['saw fewer attempts', waiting(), { ...retry, attempts: 0 }],
    ['is quicker than the head is settled', unsettled(), skip],
    ['comes while the head is attempted', laneOf(onWakeUp(waiting(), wakeUp())), retry],
    ['means a lane that is not parked', attempting(), retry],
    ['means a lane that is gone', undefined, skip],
  ])('who %s does nothing', (_, lane, command) => {
    const step = onCommand(lane, command, job(1));
    expect(effectsOf(step)).toEqual(['finish commands 5']);
    expect(step[0]).toBe(lane);
  });
});
