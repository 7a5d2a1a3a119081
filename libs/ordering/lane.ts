/**
 * A lane is all jobs of one (endpoint, call): the unit of order. It is *live* while its jobs are in Kafka's custody
 * (unfinished offsets), and *parked* while they are in Postgres' (it has a row there).
 *
 *   live
 *                 onJob                     delivered, dead-lettered, skipped
 *      (no lane) ───────▶ attempting ──────────────────────────────────────────▶ settling
 *          ▲               ▲    │ ▲ │                                                │
 *          │     onHoldOver│    ▼ │ │              a follower is the head: attempting│onSettled
 *          │              holding │ │ retry                                          │
 *          ├──────────────────────┼─┼───────────────────── no follower ◀─────────────┘
 *          │               onSpill│ │ send the wake-up, write the row, finish the offsets
 *          │                      ▼ ▼
 *   parked │                    writing ◀───────────────────────────────┐
 *          │                       │ onWritten                          │ retry: wake-up, row
 *          │ onWritten:            ▼                                    │ resolved: advance the row
 *          │ the row is gone    waiting ──▶ attempting ─────────────────┤
 *          │                       ▲  when the head's own offset is     │ onSpill: the row, without a wake-up
 *          │                       │  settled, and the wake-up came     │
 *          └───────────────────────┘  or none is out         holding ◀──┘ abstained
 *
 * An `attempting` lane whose attempt has not begun, for want of room at its endpoint, is spilled as one that is `holding`.
 *
 * Two rules keep a crash from ever putting an event in front of its predecessor, or a repeat behind its successor:
 * nothing leaves `settling` but the acknowledgement of a commit with the head's finish, and a parked head is attempted
 * only when its own record's finish is settled.
 */
export interface Lane<Job extends JobRef> {
  readonly phase: 'attempting' | 'holding' | 'settling' | 'writing' | 'waiting';
  /** The oldest unresolved job (in `settling`: resolved, its finish not yet durable). A parked one may be a mere name. */
  readonly head: Job | JobRef;
  /** What Postgres says; null: the lane is not parked. */
  readonly row: LaneRow | null;
  /** In `writing`: what Postgres is asked to say. */
  readonly change: Change | null;
  /** Of a parked head: a commit with its own record's finish was acknowledged. */
  readonly settled: boolean;
  /** The wake-up that the row waits for, when it was read already: finished when the row has moved on. */
  readonly wokenBy: Place | null;
  /** Later jobs, in order: of a live lane all of them, of a parked one those that arrived while a write is under way. */
  readonly followers: readonly Job[];
}

/** What must be known of a job to keep its order. */
export interface JobRef {
  /** Delivery id. */
  readonly id: string;
  /** Of its record on `deliveries.<kind>`. With the id it names one copy: a redriven job comes again under its id. */
  readonly offset: number;
}

/** What Postgres says of a parked lane's head. */
export interface LaneRow {
  /** Attempts made and counted. */
  readonly attempts: number;
  /**
   * The wake-up that is out for it; null when none is: then the lane's owner drives it, and whoever takes the partition
   * over resumes it at once. Not to be told by the number of attempts: a head that spent some may have none out (it was
   * spilled when it came due).
   */
  readonly wakeUp: WakeUp | null;
}

/** A job on a rung. */
export interface WakeUp {
  /** From 1. */
  readonly rung: number;
  /** Unix milliseconds. With job and attempts it names one wake-up: after a crash another may be out for the same. */
  readonly dueAt: number;
}

/** A record that is no job: a wake-up on its rung, or an operator's command. */
export interface Place {
  readonly topic: string;
  readonly offset: number;
}

export type Change =
  | {
      readonly type: 'row';
      readonly row: LaneRow;
      /** The new row's wake-up, when it is read before the row is written. */
      readonly wokenBy: Place | null;
    }
  | { readonly type: 'advance' };

/** The lane after a step (undefined: nothing left in it) and what the step wants done. */
export type Step<Job extends JobRef, E> = readonly [lane: Lane<Job> | undefined, effects: readonly E[]];

export function isSame(one: JobRef, other: JobRef): boolean {
  return one.id === other.id && one.offset === other.offset;
}

/** The job's name alone. */
export function refOf({ id, offset }: JobRef): JobRef {
  return { id, offset };
}
