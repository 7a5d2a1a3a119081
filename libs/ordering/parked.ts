import type { Effect } from './effect.js';
import { isSame, type JobRef, type Lane, type LaneRow, type Place, type Step } from './lane.js';

/*
 * How custody of a lane moves from Kafka to Postgres and on. Whatever step a crash comes after, the records that are not
 * finished yet are read again, and what was done already is recognised.
 */

type Decision<Job extends JobRef> = Step<Job, Effect<Job>>;

/** The head failed and is tried again later. */
export function climb<Job extends JobRef>(
  lane: Lane<Job>,
  job: Job,
  row: LaneRow & { readonly wakeUp: NonNullable<LaneRow['wakeUp']> },
  reason: string,
): Decision<Job> {
  const first: readonly Effect<Job>[] = [
    // Before anything else: a repeat of it is the same attempt once more in the history.
    { type: 'report', job, attempt: row.attempts, status: 'retrying', reason },
    // The wake-up before the row. A crash between them: the head's record (live) or its old wake-up (parked) is read
    // again, the head is attempted again at its place, and this wake-up finds no row that names it. The other way round
    // a row would wait for a wake-up that was never sent: lost until the sweep.
    { type: 'sendWakeUp', job, attempts: row.attempts, wakeUp: row.wakeUp },
  ];
  if (lane.row === null) return park(lane, job, row, first);
  return [
    { ...lane, phase: 'writing', change: { type: 'row', row, wokenBy: null } },
    // A crash before the row: the old wake-up is unfinished still and names the old row: attempted again. After it: the
    // old wake-up, read again, names a row that is not there any more and is stale; the new one comes.
    [...first, { type: 'write', write: { type: 'update', head: lane.head, row } }],
  ];
}

/** The lane becomes a parked one: its row and all its jobs in one transaction, then their records are finished. */
export function park<Job extends JobRef>(
  lane: Lane<Job>,
  job: Job,
  row: LaneRow,
  first: readonly Effect<Job>[],
): Decision<Job> {
  const { followers } = lane;
  const jobs = [job, ...followers];
  return [
    { ...lane, phase: 'writing', change: { type: 'row', row, wokenBy: null }, followers: [] },
    [
      ...first,
      ...followers.map((follower) => waits(follower, job)),
      // A crash before it: no row, the records are unfinished: all begins again. After it: the row is loaded by the next
      // owner, and the records, read again, are found in it (`join`).
      { type: 'write', write: { type: 'park', row, jobs } },
      // Only now. A crash before a commit with them: as above. The lane itself goes on when its head's is settled, or a
      // record read again would come as a fresh job, behind what followed it.
      ...jobs.map((one): Effect<Job> => ({ type: 'finish', job: one })),
    ],
  ];
}

/** A job that finds its lane parked. */
export function join<Job extends JobRef>(lane: Lane<Job>, job: Job): readonly Effect<Job>[] {
  // The head's own record, read again after a crash between its row and its finish: it is in the row already.
  if (isSame(lane.head, job)) return [{ type: 'finish', job }];
  return [
    waits(job, lane.head),
    // A crash after it: the record is read again, and one that is there already stays as it is.
    { type: 'write', write: { type: 'add', job } },
    { type: 'finish', job },
  ];
}

/**
 * The parked head is resolved. A crash before the transaction: its wake-up is unfinished, or none is out: attempted
 * again, before anything that follows it. After it: the next job is the head with no wake-up out, and the next owner
 * resumes it at once.
 */
export function advance<Job extends JobRef>(lane: Lane<Job>, effects: readonly Effect<Job>[]): Decision<Job> {
  return [
    { ...lane, phase: 'writing', change: { type: 'advance' } },
    [...effects, { type: 'write', write: { type: 'advance', resolved: lane.head } }],
  ];
}

/** The lane has a row, as Postgres committed it, or as it was found there. */
export function enter<Job extends JobRef>(
  head: Job | JobRef,
  row: LaneRow,
  settled: boolean,
  wokenBy: Place | null,
  arrived: readonly Job[],
  effects: readonly Effect<Job>[],
): Decision<Job> {
  const lane: Lane<Job> = { phase: 'waiting', head, row, change: null, settled, wokenBy, followers: [] };
  return proceed(lane, row, [...effects, ...arrived.flatMap((job) => join(lane, job))]);
}

/** Attempts the head if nothing is in its way any more. */
export function proceed<Job extends JobRef>(
  lane: Lane<Job>,
  row: LaneRow,
  effects: readonly Effect<Job>[],
): Decision<Job> {
  const due = row.wakeUp === null || lane.wokenBy !== null;
  if (!lane.settled || !due) return [lane, effects];
  return attemptHead(lane, row, effects);
}

export function attemptHead<Job extends JobRef>(
  lane: Lane<Job>,
  row: LaneRow,
  effects: readonly Effect<Job>[],
): Decision<Job> {
  const attempt: Effect<Job> = { type: 'attempt', job: lane.head, attempt: row.attempts + 1 };
  return [{ ...lane, phase: 'attempting' }, [...effects, attempt]];
}

function waits<Job extends JobRef>(job: Job, head: JobRef): Effect<Job> {
  return { type: 'report', job, attempt: 0, status: 'waiting', reason: `waiting: behind delivery ${head.id}` };
}
