import { deadLetter } from './decide.js';
import type { Effect } from './effect.js';
import type { JobRef, Lane, LaneRow, Place, Step, WakeUp } from './lane.js';
import { attemptHead, enter, proceed } from './parked.js';

/* What sets a parked lane going: its wake-up, a new owner, the sweep, an operator. */

type Decision<Job extends JobRef> = Step<Job, Effect<Job>>;

/** A wake-up that was read from its rung and is due. */
export interface WakeUpRecord extends WakeUp {
  /** Delivery id. */
  readonly id: string;
  readonly attempts: number;
  readonly place: Place;
}

/** What an operator asks of a lane, with the head and the attempts that he saw. */
export interface Command {
  readonly type: 'retry' | 'skip';
  /** Delivery id of the head. */
  readonly id: string;
  readonly attempts: number;
  readonly place: Place;
}

/**
 * A wake-up came due. It acts only if the lane's row names it. One that a row names stays unfinished until the row has
 * moved on, whatever else set the lane going meanwhile: after a crash it must be there. All others are stale.
 */
export function onWakeUp<Job extends JobRef>(lane: Lane<Job> | undefined, wakeUp: WakeUpRecord): Decision<Job> {
  const { place } = wakeUp;
  if (lane !== undefined && lane.wokenBy === null && names(wakeUp, lane.head, lane.row)) {
    const woken = { ...lane, wokenBy: place };
    return lane.phase === 'waiting' && lane.row !== null ? proceed(woken, lane.row, []) : [woken, []];
  }
  const change = lane?.change;
  // Its row is being written: the wake-up was quicker, and waits for it.
  if (lane !== undefined && change?.type === 'row' && change.wokenBy === null && names(wakeUp, lane.head, change.row)) {
    return [{ ...lane, change: { ...change, wokenBy: place } }, []];
  }
  return [lane, [{ type: 'finishRecord', place }]];
}

/**
 * A row was found when its partition was taken over. With no wake-up out it is resumed at once: it was mid-drain or
 * spilled when its owner died, and nobody else would.
 *
 * @param settled false while the head's own record may be read again (its finish was not committed).
 */
export function onTakenOver<Job extends JobRef>(head: JobRef, row: LaneRow, settled: boolean): Decision<Job> {
  return enter<Job>(head, row, settled, null, [], []);
}

/**
 * Its turn has come without a wake-up: the sweep found that one lost (the safety net's net, which should never happen),
 * or its endpoint is off, so that nothing of it needs to wait any more. A wake-up that comes after all is stale.
 */
export function onResume<Job extends JobRef>(lane: Lane<Job> | undefined): Decision<Job> {
  if (lane?.phase !== 'waiting' || lane.row === null || !lane.settled) return [lane, []];
  return attemptHead(lane, lane.row, []);
}

/**
 * An operator's command, carried out by the lane's one owner. A stale one (the head has moved on, an attempt is under
 * way) does nothing; one that `isEarly` is to be kept for later.
 *
 * @param job the head, whole, when the command names it: a skipped head goes to the dead-letter topic.
 */
export function onCommand<Job extends JobRef>(
  lane: Lane<Job> | undefined,
  command: Command,
  job: Job | null,
): Decision<Job> {
  const done: Effect<Job> = { type: 'finishRecord', place: command.place };
  if (lane === undefined || !isMeant(lane, command)) return [lane, [done]];
  if (command.type === 'retry') return attemptHead(lane, lane.row, [done]);
  if (job === null || job.id !== command.id) return [lane, [done]];
  // A crash in between: the command is read again, and is stale if the head has gone already.
  const [next, effects] = deadLetter(lane, job, lane.row.attempts, SKIPPED);
  return [next, [...effects, done]];
}

const SKIPPED = 'skipped_by_operator: an operator moved the call on past this event';

/** True when the lane waits as the operator saw it. */
export function isMeant<Job extends JobRef>(
  lane: Lane<Job>,
  { id, attempts }: Pick<Command, 'id' | 'attempts'>,
): lane is Lane<Job> & { readonly row: LaneRow } {
  const waits = lane.phase === 'waiting' || lane.phase === 'holding';
  return waits && lane.settled && lane.row?.attempts === attempts && lane.head.id === id;
}

/**
 * True when the lane is about to wait as the operator saw it: Postgres shows the row to the world a moment before its
 * owner hears that it was written, and before the head's own finish is settled. The command comes again then.
 */
export function isEarly<Job extends JobRef>(
  lane: Lane<Job>,
  { id, attempts }: Pick<Command, 'id' | 'attempts'>,
): boolean {
  const seen =
    lane.change?.type === 'row' ? lane.change.row : lane.phase === 'waiting' && !lane.settled ? lane.row : null;
  return lane.head.id === id && seen?.attempts === attempts;
}

function names(wakeUp: WakeUpRecord, head: JobRef, row: LaneRow | null): boolean {
  return (
    row?.wakeUp?.dueAt === wakeUp.dueAt &&
    row.wakeUp.rung === wakeUp.rung &&
    row.attempts === wakeUp.attempts &&
    head.id === wakeUp.id
  );
}
