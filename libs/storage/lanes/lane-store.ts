import type { Job, SourceMark } from '#libs/contracts';
import type { JobRef, LaneRow } from '#libs/ordering';

/** A job in Postgres' custody: what of its record is needed to attempt it and to report it. */
export interface ParkedJob extends JobRef {
  readonly job: Job;
  /** Size of the encoded job. */
  readonly bytes: number;
  readonly mark: SourceMark | null;
  readonly traceparent: string | null;
}

/** What a lane's row says for people beside what the protocol needs. */
export interface Trouble {
  /** Why the head waits: the last attempt's reason, or why it was spilled. An `update` without one leaves all three. */
  readonly reason: string | null;
  /** Of the last attempt's answer; null when there was none. */
  readonly status: number | null;
  /** Of the head's first attempt, Unix milliseconds; null: not attempted yet. */
  readonly firstAttemptAt: number | null;
}

/** Which lane: its id (`laneIdOf`) is made of its kind, partition, endpoint and call. */
export interface LaneName {
  readonly laneId: string;
  readonly endpointId: string;
  readonly callId: string;
}

/** A write and the tenure it is made in. */
export type FencedWrite = {
  readonly partition: number;
  readonly epoch: number;
  readonly lane: LaneName;
} & (
  | { readonly type: 'park'; readonly row: LaneRow; readonly trouble: Trouble; readonly jobs: readonly ParkedJob[] }
  | { readonly type: 'add'; readonly job: ParkedJob }
  | { readonly type: 'update'; readonly head: JobRef; readonly row: LaneRow; readonly trouble: Trouble }
  | { readonly type: 'advance'; readonly resolved: JobRef }
);

/** A lane's row, without its jobs. */
export interface ParkedLane {
  readonly endpointId: string;
  readonly callId: string;
  readonly head: JobRef;
  readonly row: LaneRow;
}

export interface TakenPartition {
  /** Every write of this tenure names it. */
  readonly epoch: number;
  readonly lanes: readonly ParkedLane[];
}

/** A parked head, read to be attempted. */
export interface ParkedHead {
  readonly job: ParkedJob;
  readonly firstAttemptAt: number | null;
}

/** Another process took one of the partitions over: nothing of the batch was written. */
export class LaneFencedError extends Error {
  override readonly name = 'LaneFencedError';
}

/**
 * A write does not fit what is there: a fault of the one who wrote, not of the database. Nothing of the batch was
 * written, and making it again would not help; taking the partition over again shows what is there.
 */
export class LaneMismatchError extends Error {
  override readonly name = 'LaneMismatchError';

  constructor({ type, partition, lane }: Pick<FencedWrite, 'type' | 'partition' | 'lane'>, what: string) {
    super(
      `${type} of lane ${lane.laneId} (call ${lane.callId}, endpoint ${lane.endpointId}, partition ${partition}): ${what}`,
    );
  }
}

/**
 * Parked lanes, as the delivery engine needs them. All writes of a batch are one transaction; each is repeatable.
 * `libs/ordering`'s `LaneWrite` says what each one does.
 */
export interface LaneStore {
  /**
   * Raises each partition's epoch, which ends every earlier tenure's writes, and reads its lanes.
   * @returns by partition number.
   */
  takeOver(partitions: readonly number[]): Promise<ReadonlyMap<number, TakenPartition>>;
  /**
   * @returns for each write, in order: the lane's new head after an `advance` that found one, otherwise null.
   * @throws LaneFencedError when an epoch is not the partition's any more, LaneMismatchError for writes that do not fit
   * what is there. After any other error the writes may or may not have been made: make them again.
   */
  write(writes: readonly FencedWrite[]): Promise<readonly (ParkedJob | null)[]>;
  /** @returns for each head, in order; null for one that is not there. */
  load(heads: readonly { readonly laneId: string; readonly head: JobRef }[]): Promise<readonly (ParkedHead | null)[]>;
}
