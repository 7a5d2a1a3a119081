import type { Effect } from './effect.js';
import type { Lane, Step } from './lane.js';
import type { Verdict } from './verdict.js';

/*
 * The rule of order, whole. Every function is pure: lane and event in, lane and effects out. An event that does not
 * fit the lane's phase is stale (its owner was drained, a verdict came twice) and changes nothing.
 */

type Decision<Job> = Step<Job, Effect<Job>>;

/** A job was read from the partition: attempted if its lane is empty, otherwise it waits behind its predecessors. */
export function onJob<Job>(lane: Lane<Job> | undefined, job: Job): Decision<Job> {
  if (lane === undefined) return attemptFirst(job, []);
  return [{ ...lane, followers: [...lane.followers, job] }, []];
}

/** The room judged the head's attempt. */
export function onVerdict<Job>(lane: Lane<Job> | undefined, job: Job, verdict: Verdict): Decision<Job> {
  if (lane?.phase !== 'attempting' || lane.head !== job) return [lane, []];
  switch (verdict.type) {
    case 'delivered':
      return resolve(lane, [{ type: 'report', job, attempt: lane.attempt, status: 'delivered', reason: null }]);
    case 'refused':
    case 'retry': // Until the ladder exists a job that would be retried ends here, on the dead-letter topic, visibly.
      return deadLetter(lane, verdict.reason);
    case 'abstained':
      return [{ ...lane, phase: 'holding' }, [{ type: 'hold', job }]];
  }
}

/** The moment that a `hold` asked for is over: the same attempt is made again. */
export function onHoldOver<Job>(lane: Lane<Job> | undefined, job: Job): Decision<Job> {
  if (lane?.phase !== 'holding' || lane.head !== job) return [lane, []];
  return [{ ...lane, phase: 'attempting' }, [{ type: 'attempt', job, attempt: lane.attempt }]];
}

/** The head's endpoint is gone or disabled: it ends without an attempt, and the history says so. */
export function onSkip<Job>(lane: Lane<Job> | undefined, job: Job, reason: string): Decision<Job> {
  if (lane?.phase !== 'attempting' || lane.head !== job) return [lane, []];
  return resolve(lane, [{ type: 'report', job, attempt: 0, status: 'skipped', reason }]);
}

/** A commit that contains the head's finish was acknowledged: only now may the next job of the lane be attempted. */
export function onSettled<Job>(lane: Lane<Job> | undefined, job: Job): Decision<Job> {
  if (lane?.phase !== 'settling' || lane.head !== job) return [lane, []];
  const [next, ...followers] = lane.followers;
  return next === undefined ? [undefined, []] : attemptFirst(next, followers);
}

function attemptFirst<Job>(job: Job, followers: readonly Job[]): Decision<Job> {
  return [{ phase: 'attempting', head: job, attempt: 1, followers }, [{ type: 'attempt', job, attempt: 1 }]];
}

function deadLetter<Job>(lane: Lane<Job>, reason: string): Decision<Job> {
  const { head: job, attempt } = lane;
  return resolve(lane, [
    { type: 'deadLetter', job, reason, attempts: attempt },
    { type: 'report', job, attempt, status: 'dead_lettered', reason },
  ]);
}

function resolve<Job>(lane: Lane<Job>, effects: readonly Effect<Job>[]): Decision<Job> {
  return [{ ...lane, phase: 'settling' }, [...effects, { type: 'finish', job: lane.head }]];
}
