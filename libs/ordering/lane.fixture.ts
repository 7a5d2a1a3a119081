import { onAbstained, onJob, onSettled, onVerdict, onWritten, type Terms } from './decide.js';
import type { Effect } from './effect.js';
import type { JobRef, Lane, LaneRow, Step } from './lane.js';
import type { WakeUpRecord } from './wake.js';

/* Lanes in the states that specs begin with, made by the core itself. */

export interface TestJob extends JobRef {
  readonly body: string;
}

/** Job 1 is the oldest; its record's offset is its number. */
export const job = (n: number): TestJob => ({ id: `job-${n}`, offset: n, body: `body ${n}` });
export const refOfJob = (n: number): JobRef => ({ id: `job-${n}`, offset: n });

export const TERMS: Terms = { ladder: [5_000, 15_000, 45_000], now: 1_000_000 };
export const RETRY = { type: 'retry', reason: 'http_503: the endpoint answered 503' } as const;
/** Of the first retry under `TERMS`. */
export const DUE_AT = TERMS.now + 5_000;

export const laneOf = ([lane]: Step<TestJob, Effect<TestJob>>): Lane<TestJob> => lane!;
export const effectsOf = ([, effects]: Step<TestJob, Effect<TestJob>>): string[] => effects.map(told);

/** Job 1 is being attempted, jobs 2… wait behind it. */
export function attempting(count = 1): Lane<TestJob> {
  let lane = laneOf(onJob<TestJob>(undefined, job(1)));
  for (let n = 2; n <= count; n++) lane = laneOf(onJob(lane, job(n)));
  return lane;
}

/** Its first attempt failed; Postgres has the row, the commit of its offset is not acknowledged yet. */
export function unsettled(count = 1): Lane<TestJob> {
  const lane = laneOf(onVerdict(attempting(count), job(1), RETRY, TERMS));
  return laneOf(onWritten(lane, null));
}

/** And now it is: job 1 waits for its wake-up. */
export const waiting = (count = 1): Lane<TestJob> => laneOf(onSettled(unsettled(count), job(1)));

/** The first attempt could not be made. */
export const holding = (): Lane<TestJob> => laneOf(onAbstained(attempting(), job(1)));

export const wakeUp = (changes: Partial<WakeUpRecord> = {}): WakeUpRecord => ({
  ...{ id: 'job-1', attempts: 1, rung: 1, dueAt: DUE_AT },
  place: { topic: 'retry.1', offset: 70 },
  ...changes,
});

/** One effect, in a few words. */
function told(effect: Effect<TestJob>): string {
  switch (effect.type) {
    case 'attempt':
      return `attempt ${effect.attempt} of ${effect.job.id}`;
    case 'hold':
    case 'finish':
      return `${effect.type} ${effect.job.id}`;
    case 'deadLetter':
      return `dead-letter ${effect.job.id} after ${effect.attempts}: ${effect.reason}`;
    case 'report':
      return `report ${effect.job.id} ${effect.status}`;
    case 'sendWakeUp':
      return `wake-up of ${effect.job.id} on rung ${effect.wakeUp.rung}`;
    case 'finishRecord':
      return `finish ${effect.place.topic} ${effect.place.offset}`;
    case 'write':
      return write(effect.write);
  }
}

function write(one: Extract<Effect<TestJob>, { type: 'write' }>['write']): string {
  switch (one.type) {
    case 'park':
      return `park ${one.jobs.map(({ id }) => id).join(', ')} (${row(one.row)})`;
    case 'add':
      return `add ${one.job.id}`;
    case 'update':
      return `update ${one.head.id} (${row(one.row)})`;
    case 'advance':
      return `advance past ${one.resolved.id}`;
  }
}

function row({ attempts, wakeUp: out }: LaneRow): string {
  return `attempts ${attempts}, ${out === null ? 'no wake-up' : `rung ${out.rung}`}`;
}
