import { describe, expect, it } from '@jest/globals';
import { onJob, onSettled, onVerdict, onWritten } from './decide.js';
import {
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
import { onWakeUp } from './wake.js';

const DELIVERED = { type: 'delivered' } as const;
/** Woken and being attempted for the second time. */
const woken = (count = 1) => laneOf(onWakeUp(waiting(count), wakeUp()));
const resolved = (count = 1) => laneOf(onVerdict(woken(count), job(1), DELIVERED, TERMS));

describe('a head that fails', () => {
  it('is on its rung before Postgres knows of it, and its record is finished last', () => {
    expect(effectsOf(onVerdict(attempting(2), job(1), RETRY, TERMS))).toEqual([
      'report job-1 retrying',
      'wake-up of job-1 on rung 1',
      'report job-2 waiting',
      'park job-1, job-2 (attempts 1, rung 1)',
      'finish job-1',
      'finish job-2',
    ]);
  });

  it('fails again: the new wake-up before the new row, and the old one is finished when the row has moved on', () => {
    const failed = onVerdict(woken(), job(1), RETRY, TERMS);
    expect(effectsOf(failed)).toEqual([
      'report job-1 retrying',
      'wake-up of job-1 on rung 2',
      'update job-1 (attempts 2, rung 2)',
    ]);
    expect(effectsOf(onWritten(laneOf(failed), null))).toEqual(['finish retry.1 70']);
  });

  it('keeps nothing but its name in memory while it waits', () => {
    expect(waiting(3)).toMatchObject({ head: refOfJob(1), followers: [] });
  });
});

describe('a follower of a parked lane', () => {
  it('goes to Postgres, then its record is finished', () => {
    expect(effectsOf(onJob(waiting(), job(2)))).toEqual(['report job-2 waiting', 'add job-2', 'finish job-2']);
  });

  it('waits until the write that is under way says whether there is a lane to join', () => {
    const writing = onJob(laneOf(onVerdict(attempting(), job(1), RETRY, TERMS)), job(2));
    expect(effectsOf(writing)).toEqual([]);
    expect(effectsOf(onWritten(laneOf(writing), null))).toEqual(['report job-2 waiting', 'add job-2', 'finish job-2']);
  });

  it('is the head itself, read again after a crash: only its finish is missing', () => {
    expect(effectsOf(onJob(unsettled(), job(1)))).toEqual(['finish job-1']);
  });

  it('is a new job when it is the same delivery, redriven', () => {
    expect(effectsOf(onJob(waiting(), { ...job(1), offset: 9 }))).toContain('add job-1');
  });
});

describe('a parked head that is resolved', () => {
  it('makes way by one transaction', () => {
    const step = onVerdict(woken(2), job(1), DELIVERED, TERMS);
    expect(effectsOf(step)).toEqual(['report job-1 delivered', 'advance past job-1']);
  });

  it('is followed at once by the next job, which begins with its own first attempt', () => {
    expect(effectsOf(onWritten(resolved(2), { job: job(2), settled: true }))).toEqual([
      'finish retry.1 70',
      'attempt 1 of job-2',
    ]);
  });

  it('is followed only when the next job is settled itself', () => {
    const promoted = onWritten(resolved(2), { job: job(2), settled: false });
    expect(effectsOf(promoted)).toEqual(['finish retry.1 70']);
    expect(laneOf(promoted).head).toEqual(refOfJob(2));
    expect(effectsOf(onSettled(laneOf(promoted), job(2)))).toEqual(['attempt 1 of job-2']);
  });

  it('leaves a live lane to a job that came meanwhile, and none when nothing came', () => {
    const joined = laneOf(onJob(resolved(), job(2)));
    expect(effectsOf(onWritten(joined, null))).toEqual(['finish retry.1 70', 'attempt 1 of job-2']);
    expect(onWritten(resolved(), null)[0]).toBeUndefined();
  });
});
