import { isSame, type JobRef, type LaneRow, type LaneWrite } from '../index.js';
import type { Break } from './breaks.js';
import type { ModelJob } from './job.js';
import { Violation } from './oracles.js';

export interface StoredLane {
  row: LaneRow;
  /** Head first. */
  jobs: ModelJob[];
}

/** Postgres as the protocol needs it: lanes with their jobs, and the epoch that fences an old owner off. */
export class LaneTable {
  readonly lanes = new Map<string, StoredLane>();
  private epoch = 0;

  constructor(private readonly broken: Break | null) {}

  raiseEpoch(): number {
    return ++this.epoch;
  }

  /** One transaction. @returns false: fenced, nothing was written. */
  write(epoch: number, writes: readonly { readonly lane: string; readonly write: LaneWrite<ModelJob> }[]): boolean {
    if (epoch !== this.epoch && this.broken !== 'no epoch check') return false;
    for (const { lane, write } of writes) this.make(lane, write);
    return true;
  }

  head(lane: string): ModelJob | null {
    return this.lanes.get(lane)?.jobs[0] ?? null;
  }

  /** The job, if it is its lane's head. */
  load(lane: string, ref: JobRef): ModelJob | null {
    const head = this.head(lane);
    return head !== null && isSame(head, ref) ? head : null;
  }

  private make(name: string, write: LaneWrite<ModelJob>): void {
    const lane = this.lanes.get(name);
    switch (write.type) {
      case 'park': {
        const head = write.jobs[0]!;
        if (lane !== undefined && !isSame(lane.jobs[0]!, head)) throw mismatch(write.type, head, 'has another head');
        this.lanes.set(name, { row: write.row, jobs: write.jobs.reduce(join, lane?.jobs ?? []) });
        return;
      }
      case 'add':
        if (lane === undefined) throw mismatch(write.type, write.job, 'is not parked');
        lane.jobs = join(lane.jobs, write.job);
        return;
      case 'update':
        if (lane === undefined || !isSame(lane.jobs[0]!, write.head)) {
          throw mismatch(write.type, write.head, 'does not have it as its head');
        }
        lane.row = write.row;
        return;
      case 'advance': {
        if (lane === undefined) return;
        if (this.broken !== 'advance whoever' && !isSame(lane.jobs[0]!, write.resolved)) {
          if (!lane.jobs.some((job) => isSame(job, write.resolved))) return;
          throw mismatch(write.type, write.resolved, 'has it behind another head');
        }
        lane.jobs = lane.jobs.slice(1);
        lane.row = { attempts: 0, wakeUp: null };
        if (lane.jobs.length === 0) this.lanes.delete(name);
      }
    }
  }
}

function join(jobs: ModelJob[], job: ModelJob): ModelJob[] {
  return jobs.some((one) => isSame(one, job)) ? jobs : [...jobs, job];
}

/** What the real store refuses too: there it would mean that engine and database disagree. */
function mismatch(type: string, { id, offset }: JobRef, why: string): Violation {
  return new Violation('store', `${type} of ${id} at ${offset}, but the lane ${why}`);
}
