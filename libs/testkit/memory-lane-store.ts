import type { FencedWrite, LaneName, LaneStore, ParkedHead, ParkedJob, TakenPartition, Trouble } from '#libs/storage';
import { isSame, refOf, type JobRef, type LaneRow } from '#libs/ordering';

interface StoredLane {
  readonly partition: number;
  readonly name: LaneName;
  readonly row: LaneRow;
  readonly trouble: Trouble;
  /** Head first. */
  readonly jobs: readonly ParkedJob[];
}

/** Around a write, for specs: what throws `before` it was not made, what throws `after` it was, and its answer is lost. */
export interface WriteFaults {
  before?(writes: readonly FencedWrite[]): Promise<void> | void;
  after?(writes: readonly FencedWrite[]): Promise<void> | void;
}

/**
 * Parked lanes of one kind without a database, for specs of what is above the store. Several owners share one, as
 * processes share Postgres. That it does what Postgres does is `describeLaneStore`'s to show.
 */
export class MemoryLaneStore implements LaneStore {
  private readonly epochs = new Map<number, number>();
  private lanes: ReadonlyMap<string, StoredLane> = new Map();

  constructor(private readonly faults: WriteFaults = {}) {}

  /** The ids of the lanes that are parked, and of their jobs in order. */
  contents(): Record<string, string[]> {
    return Object.fromEntries([...this.lanes].map(([laneId, { jobs }]) => [laneId, jobs.map(({ id }) => id)]));
  }

  async takeOver(partitions: readonly number[]): Promise<ReadonlyMap<number, TakenPartition>> {
    const taken = new Map<number, TakenPartition>();
    for (const partition of new Set(partitions)) {
      const epoch = (this.epochs.get(partition) ?? 0) + 1;
      this.epochs.set(partition, epoch);
      const lanes = [...this.lanes.values()]
        .filter((lane) => lane.partition === partition)
        .map(({ name: { endpointId, callId }, jobs, row }) => ({ endpointId, callId, head: refOf(jobs[0]!), row }));
      taken.set(partition, { epoch, lanes });
    }
    return Promise.resolve(taken);
  }

  async write(writes: readonly FencedWrite[]): Promise<readonly (ParkedJob | null)[]> {
    await this.faults.before?.(writes);
    // Only who needs an error pays for loading the library: it brings an ORM, and most specs of the testkit need none.
    const fenced = writes.find(({ partition, epoch }) => this.epochs.get(partition) !== epoch);
    if (fenced !== undefined) {
      const { LaneFencedError } = await import('#libs/storage');
      throw new LaneFencedError(
        `partition ${fenced.partition} has epoch ${this.epochs.get(fenced.partition) ?? 'none'}, not ${fenced.epoch}`,
      );
    }
    const lanes = new Map(this.lanes);
    const fault = writes
      .toSorted((one, other) => ORDER.indexOf(one.type) - ORDER.indexOf(other.type))
      .map((write) => ({ write, what: make(lanes, write) }))
      .find(({ what }) => what !== null);
    if (fault !== undefined) {
      const { LaneMismatchError } = await import('#libs/storage');
      throw new LaneMismatchError(fault.write, fault.what!);
    }
    this.lanes = lanes;
    const heads = writes.map(({ type, lane }) =>
      type === 'advance' ? (lanes.get(lane.laneId)?.jobs[0] ?? null) : null,
    );
    await this.faults.after?.(writes);
    return heads;
  }

  async load(
    heads: readonly { readonly laneId: string; readonly head: JobRef }[],
  ): Promise<readonly (ParkedHead | null)[]> {
    return Promise.resolve(
      heads.map(({ laneId, head }) => {
        const lane = this.lanes.get(laneId);
        return lane !== undefined && isSame(lane.jobs[0]!, head)
          ? { job: lane.jobs[0]!, firstAttemptAt: lane.trouble.firstAttemptAt }
          : null;
      }),
    );
  }
}

/** In which the writes of a batch are made. */
const ORDER: readonly FencedWrite['type'][] = ['park', 'add', 'update', 'advance'];

const FRESH = {
  row: { attempts: 0, wakeUp: null },
  trouble: { reason: null, status: null, firstAttemptAt: null },
} as const;

/** @returns why it does not fit; null: it was made. */
function make(lanes: Map<string, StoredLane>, write: FencedWrite): string | null {
  const { laneId } = write.lane;
  const lane = lanes.get(laneId);
  switch (write.type) {
    case 'park': {
      const { partition, lane: name, row, trouble, jobs } = write;
      if (jobs[0] === undefined) return 'it is to be parked without a job';
      if (lane !== undefined && !isSame(lane.jobs[0]!, jobs[0])) return 'it has another head';
      lanes.set(laneId, { partition, name, row, trouble, jobs: jobs.reduce(join, lane?.jobs ?? []) });
      return null;
    }
    case 'add':
      if (lane === undefined) return 'it is not parked';
      lanes.set(laneId, { ...lane, jobs: join(lane.jobs, write.job) });
      return null;
    case 'update':
      if (lane === undefined || !isSame(lane.jobs[0]!, write.head)) return 'the updated job is not its head';
      lanes.set(laneId, {
        ...lane,
        row: write.row,
        trouble: write.trouble.reason === null ? lane.trouble : write.trouble,
      });
      return null;
    case 'advance': {
      if (lane === undefined) return null;
      const [head, ...rest] = lane.jobs;
      if (!isSame(head!, write.resolved)) {
        return rest.some((job) => isSame(job, write.resolved)) ? 'the resolved job waits behind its head' : null;
      }
      if (rest.length === 0) lanes.delete(laneId);
      else lanes.set(laneId, { ...lane, ...FRESH, jobs: rest });
      return null;
    }
  }
}

function join(jobs: readonly ParkedJob[], job: ParkedJob): readonly ParkedJob[] {
  return jobs.some((one) => isSame(one, job)) ? jobs : [...jobs, job];
}
