import type { JobRef, LaneRow, Place, WakeUp } from './lane.js';

/**
 * What the core wants done, as data; `libs/delivery/apply-effects.ts` carries it out. `attempt` and `hold` begin at
 * once. The others are carried out in this order, each one only when the one before it is durable.
 */
export type Effect<Job extends JobRef> =
  /** Try the job at its destination (read it from Postgres when only its name is there). `onVerdict` follows. */
  | { readonly type: 'attempt'; readonly job: Job | JobRef; readonly attempt: number }
  /** Wait a moment, then call `onHoldOver`: the attempt did not count. */
  | { readonly type: 'hold'; readonly job: Job | JobRef }
  /** Put the job on the dead-letter topic. Durable: acknowledged by the broker, as is everything that goes to Kafka. */
  | { readonly type: 'deadLetter'; readonly job: Job; readonly reason: string; readonly attempts: number }
  /** Tell the history. */
  | {
      readonly type: 'report';
      readonly job: Job;
      /** 0: the job's status changed without an attempt. */
      readonly attempt: number;
      readonly status: ReportedStatus;
      readonly reason: string | null;
    }
  /** Put the job on a rung. It comes back through `onWakeUp`. */
  | { readonly type: 'sendWakeUp'; readonly job: Job; readonly attempts: number; readonly wakeUp: WakeUp }
  /** Write to Postgres, in one transaction that fails when somebody else owns the partition. */
  | { readonly type: 'write'; readonly write: LaneWrite<Job> }
  /** The job's record needs nothing more: note it in the ledger. `onSettled` follows when a commit with it is acknowledged. */
  | { readonly type: 'finish'; readonly job: Job }
  /** The same for a wake-up or a command. Nothing follows. */
  | { readonly type: 'finishRecord'; readonly place: Place };

export type ReportedStatus = 'delivered' | 'retrying' | 'waiting' | 'dead_lettered' | 'skipped';

export type LaneWrite<Job extends JobRef> =
  /**
   * The lane's row and its jobs, head first. Repeatable: jobs that are there already stay as they are, the row is
   * written anew. `onWritten` follows.
   */
  | { readonly type: 'park'; readonly row: LaneRow; readonly jobs: readonly Job[] }
  /** One more follower, of a lane that has a row. Repeatable: one that is there already stays as it is. */
  | { readonly type: 'add'; readonly job: Job }
  /** The row anew, for the same head. `onWritten` follows. */
  | { readonly type: 'update'; readonly head: JobRef; readonly row: LaneRow }
  /**
   * The head goes, and its row with it when it was the last one; otherwise the next job is the head, with no attempts
   * and no wake-up out. `onWritten` follows, with that job.
   */
  | { readonly type: 'advance'; readonly resolved: JobRef };
