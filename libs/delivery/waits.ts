import { isSame, type JobRef, type Ladder, type Lane } from '#libs/ordering';
import { isWhole, type LaneJob } from './ports.js';

/** Why a job was not attempted earlier, and since when. */
export interface Wait {
  readonly cause:
    /** An earlier job of its lane was not resolved. */
    | 'predecessor'
    /** Its last attempt failed: it waited on a rung. */
    | 'retry'
    /** It was parked when the partition was taken over; what it waited for before is not known any more. */
    | 'taken-over'
    /** There was no room for another attempt, in the process or at the endpoint; or the endpoint's pace forbade it. */
    | 'capacity';
  /** Unix milliseconds; null: since the event came in. */
  readonly since: number | null;
  /** Unix milliseconds; null: until the attempt. */
  readonly until: number | null;
  /** Of the predecessor, as far as it is known. */
  readonly behind?: Predecessor;
  /** Of the ladder, from 1. */
  readonly rung?: number;
}

interface Predecessor {
  readonly deliveryId: string;
  readonly eventId: string | null;
  readonly eventType: string | null;
}

/**
 * What the lanes of a partition wait for, read off their steps: for people (traces and logs), never for the protocol.
 * Only lanes that wait are in it.
 */
export class Waits {
  private readonly waits = new Map<string, Wait>();
  /** Heads of parked lanes, which the core knows by their ids alone. */
  private readonly heads = new Map<string, Predecessor>();

  constructor(private readonly ladder: Ladder) {}

  /** A lane went from one state to the next (undefined: there is none). */
  step(laneKey: string, before: Lane<LaneJob> | undefined, after: Lane<LaneJob> | undefined): void {
    if (after === undefined) {
      if (this.waits.size > 0) this.waits.delete(laneKey);
      if (this.heads.size > 0) this.heads.delete(laneKey);
    } else if (before === undefined) {
      if (after.row !== null) this.waits.set(laneKey, this.takenOver(after));
    } else if (!isSame(before.head, after.head)) {
      const known = this.heads.get(laneKey);
      const behind = known?.deliveryId === before.head.id ? known : predecessorOf(before.head);
      this.waits.set(laneKey, { cause: 'predecessor', since: null, until: null, behind });
    } else if (after.row?.wakeUp != null && after.row !== before.row) {
      this.waits.set(laneKey, this.onRung(after.row.wakeUp));
    }
  }

  /** The lane is spilled: what it waited for before the room that there is not, Unix milliseconds, is left out. */
  spilled(laneKey: string, since: number): void {
    this.waits.set(laneKey, { cause: 'capacity', since, until: null });
  }

  /** A parked head was attempted: what waits behind it can say so by name. */
  attempted(laneKey: string, job: LaneJob): void {
    this.heads.set(laneKey, predecessorOf(job));
  }

  /** The head is attempted: what it waited for until now. */
  over(laneKey: string): Wait | null {
    const wait = this.waits.get(laneKey);
    if (wait === undefined) return null;
    this.waits.delete(laneKey);
    return wait;
  }

  private takenOver({ row }: Lane<LaneJob>): Wait {
    if (row?.wakeUp != null) return this.onRung(row.wakeUp);
    return { cause: 'taken-over', since: null, until: null };
  }

  private onRung({ rung, dueAt }: { readonly rung: number; readonly dueAt: number }): Wait {
    return { cause: 'retry', since: dueAt - (this.ladder[rung - 1] ?? 0), until: null, rung };
  }
}

function predecessorOf(job: LaneJob | JobRef): Predecessor {
  if (!isWhole(job)) return { deliveryId: job.id, eventId: null, eventType: null };
  const { eventId, eventType } = job.job.event;
  return { deliveryId: job.id, eventId, eventType };
}
