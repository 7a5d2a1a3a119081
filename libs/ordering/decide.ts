import type { Effect } from './effect.js';
import { isSame, refOf, type JobRef, type Lane, type Step } from './lane.js';
import { MAX_ATTEMPTS, wakeUpAfter, type Ladder } from './ladder.js';
import { advance, climb, enter, join, park, proceed } from './parked.js';
import type { Verdict } from './verdict.js';

/*
 * The rule of order, whole (with parked.ts). Every function is pure: lane and event in, lane and effects out. An event
 * that does not fit the lane's phase is stale (its owner was drained, a verdict came twice) and changes nothing.
 */

type Decision<Job extends JobRef> = Step<Job, Effect<Job>>;

/** What a verdict is judged by. */
export interface Terms {
  readonly ladder: Ladder;
  /** Unix milliseconds. */
  readonly now: number;
}

/** A job was read from the partition: attempted if its lane is empty, otherwise it waits behind its predecessors. */
export function onJob<Job extends JobRef>(lane: Lane<Job> | undefined, job: Job): Decision<Job> {
  if (lane === undefined) return attemptFirst(job, []);
  // While a write is under way nobody knows yet whether there will be a row to wait behind.
  if (lane.row === null || lane.phase === 'writing') return [{ ...lane, followers: [...lane.followers, job] }, []];
  return [lane, join(lane, job)];
}

/** The room judged the head's attempt. @param job the head, whole. */
export function onVerdict<Job extends JobRef>(
  lane: Lane<Job> | undefined,
  job: Job,
  verdict: Verdict,
  { ladder, now }: Terms,
): Decision<Job> {
  if (lane?.phase !== 'attempting' || !isSame(lane.head, job)) return [lane, []];
  const attempt = attemptOf(lane);
  switch (verdict.type) {
    case 'delivered':
      return resolve(lane, job, [{ type: 'report', job, attempt, status: 'delivered', reason: null }]);
    case 'refused':
      return deadLetter(lane, job, attempt, verdict.reason);
    case 'retry': {
      if (attempt >= MAX_ATTEMPTS) return deadLetter(lane, job, attempt, verdict.reason);
      const row = { attempts: attempt, wakeUp: wakeUpAfter(attempt, verdict.afterMs, ladder, now) };
      return climb(lane, job, row, verdict.reason);
    }
    case 'abstained':
      return onAbstained(lane, job);
  }
}

/** The attempt was not made, or does not count: our own fault, or no room. It spends no retry. */
export function onAbstained<Job extends JobRef>(lane: Lane<Job> | undefined, job: Job | JobRef): Decision<Job> {
  if (lane?.phase !== 'attempting' || !isSame(lane.head, job)) return [lane, []];
  return [{ ...lane, phase: 'holding' }, [{ type: 'hold', job }]];
}

/** The moment that a `hold` asked for is over: the same attempt is made again. */
export function onHoldOver<Job extends JobRef>(lane: Lane<Job> | undefined, job: JobRef): Decision<Job> {
  if (lane?.phase !== 'holding' || !isSame(lane.head, job)) return [lane, []];
  return [{ ...lane, phase: 'attempting' }, [{ type: 'attempt', job: lane.head, attempt: attemptOf(lane) }]];
}

/**
 * The head is held, and cannot be attempted for a while: it must not keep Kafka's records waiting. Into Postgres with it,
 * with no attempt spent and no wake-up out. It is wanted to be attempted all the same, as soon as there is room.
 *
 * Only a lane that is `holding`: the moment that was waited for may be long over, and its attempt under way, because an
 * operator asked for it.
 *
 * @param job the head; of a parked lane its name is enough.
 */
export function onSpill<Job extends JobRef>(
  lane: Lane<Job> | undefined,
  job: Job | JobRef,
  reason: string,
): Decision<Job> {
  return lane?.phase === 'holding' ? spill(lane, job, reason) : [lane, []];
}

/**
 * The same of a head whose attempt was asked for and has not begun, for want of room. Whoever says so has withdrawn that
 * attempt: it is asked for anew. A lane that keeps nothing of Kafka's (`keepsRecords`) has nothing to be spilled for, and
 * stays as it is: its attempt must not be withdrawn.
 */
export function onCrowdedOut<Job extends JobRef>(
  lane: Lane<Job> | undefined,
  job: Job | JobRef,
  reason: string,
): Decision<Job> {
  return lane?.phase === 'attempting' ? spill(lane, job, reason) : [lane, []];
}

function spill<Job extends JobRef>(lane: Lane<Job>, job: Job | JobRef, reason: string): Decision<Job> {
  if (!isSame(lane.head, job)) return [lane, []];
  if (lane.row === null) {
    // A live head is whole, always.
    const head = lane.head as Job;
    const waits: Effect<Job> = { type: 'report', job: head, attempt: 0, status: 'waiting', reason };
    return park(lane, head, { attempts: 0, wakeUp: null }, [waits]);
  }
  if (!keepsRecords(lane)) return [lane, []];
  const row = { attempts: lane.row.attempts, wakeUp: null };
  return [
    { ...lane, phase: 'writing', change: { type: 'row', row, wokenBy: null } },
    [{ type: 'write', write: { type: 'update', head: lane.head, row } }],
  ];
}

/** True while the lane, though it only waits, keeps a record of Kafka's unfinished: its jobs, or its wake-up. */
export function keepsRecords<Job extends JobRef>({ row }: Lane<Job>): boolean {
  return row === null || row.wakeUp !== null;
}

/** The head's endpoint is gone or disabled: it ends without an attempt, and the history says so. */
export function onSkip<Job extends JobRef>(lane: Lane<Job> | undefined, job: Job, reason: string): Decision<Job> {
  if (lane?.phase !== 'attempting' || !isSame(lane.head, job)) return [lane, []];
  return resolve(lane, job, [{ type: 'report', job, attempt: 0, status: 'skipped', reason }]);
}

/** A commit that contains the job's finish was acknowledged: only now may the lane go on. */
export function onSettled<Job extends JobRef>(lane: Lane<Job> | undefined, job: JobRef): Decision<Job> {
  if (lane === undefined || !isSame(lane.head, job)) return [lane, []];
  if (lane.row === null) {
    if (lane.phase !== 'settling') return [lane, []];
    const [next, ...followers] = lane.followers;
    return next === undefined ? [undefined, []] : attemptFirst(next, followers);
  }
  const settled = { ...lane, settled: true };
  return lane.phase === 'waiting' ? proceed(settled, lane.row, []) : [settled, []];
}

/** Postgres committed what the lane asked for. @param next after an `advance`: the new head, if there is one. */
export function onWritten<Job extends JobRef>(
  lane: Lane<Job> | undefined,
  next: { readonly job: Job; readonly settled: boolean } | null,
): Decision<Job> {
  if (lane?.phase !== 'writing' || lane.change === null) return [lane, []];
  const { change, head, settled, wokenBy, followers } = lane;
  // The row has moved on, so the wake-up it waited for can be let go: read again after a crash, it would be stale.
  const done: readonly Effect<Job>[] = wokenBy === null ? [] : [{ type: 'finishRecord', place: wokenBy }];
  if (change.type === 'row') {
    // Only the name stays in memory: the job may wait for hours, and with it thousands of others.
    return enter<Job>(refOf(head), change.row, settled, change.wokenBy, followers, done);
  }
  if (next !== null) {
    // Whole, if it is attempted at once.
    const job = next.settled ? next.job : refOf(next.job);
    return enter<Job>(job, { attempts: 0, wakeUp: null }, next.settled, null, followers, done);
  }
  const [first, ...rest] = followers;
  if (first === undefined) return [undefined, done];
  const [live, effects] = attemptFirst(first, rest);
  return [live, [...done, ...effects]];
}

/** The head is resolved. What makes that durable is a commit for a live lane, and a transaction for a parked one. */
export function resolve<Job extends JobRef>(lane: Lane<Job>, job: Job, effects: readonly Effect<Job>[]): Decision<Job> {
  if (lane.row !== null) return advance(lane, effects);
  return [{ ...lane, phase: 'settling' }, [...effects, { type: 'finish', job }]];
}

export function deadLetter<Job extends JobRef>(
  lane: Lane<Job>,
  job: Job,
  attempts: number,
  reason: string,
): Decision<Job> {
  return resolve(lane, job, [
    { type: 'deadLetter', job, reason, attempts },
    { type: 'report', job, attempt: attempts, status: 'dead_lettered', reason },
  ]);
}

function attemptFirst<Job extends JobRef>(job: Job, followers: readonly Job[]): Decision<Job> {
  return [
    { phase: 'attempting', head: job, row: null, change: null, settled: false, wokenBy: null, followers },
    [{ type: 'attempt', job, attempt: 1 }],
  ];
}

/** The number of the attempt under way, from 1. An abstained one is made again under the same number. */
function attemptOf<Job extends JobRef>(lane: Lane<Job>): number {
  return (lane.row?.attempts ?? 0) + 1;
}
