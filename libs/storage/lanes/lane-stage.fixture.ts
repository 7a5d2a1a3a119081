import type { JobRef } from '#libs/ordering';
import type { LaneStore, ParkedJob, ParkedLane } from './lane-store.js';
import { parkedJob, Tenure } from './lane-writes.fixture.js';

/** Two processes that share what is parked. */
export interface SharedLanes {
  readonly store: LaneStore;
  readonly other: LaneStore;
}

/** A partition of its own for each case, its owner, and the one who looks at what he leaves. */
export class LaneStage {
  store!: LaneStore;
  other!: LaneStore;
  /** The owner's. */
  tenure!: Tenure;
  partition = 0;

  async next({ store, other }: SharedLanes): Promise<void> {
    Object.assign(this, { store, other });
    this.partition += 2;
    this.tenure = await this.take(this.partition);
  }

  async take(partition: number): Promise<Tenure> {
    return new Tenure(partition, (await this.store.takeOver([partition])).get(partition)!.epoch);
  }

  /** What a next owner finds. It ends the tenure; `tenure` is his then. */
  async lanes(partition = this.partition): Promise<readonly ParkedLane[]> {
    const taken = (await this.other.takeOver([partition])).get(partition)!;
    if (partition === this.partition) this.tenure = new Tenure(partition, taken.epoch);
    return taken.lanes.toSorted((a, b) => (a.callId < b.callId ? -1 : 1));
  }

  /** The offsets of a lane's jobs, head first: it is advanced to its end. */
  async drain(head: JobRef, callId = 'call-1'): Promise<number[]> {
    const offsets: number[] = [];
    for (let next: JobRef | null = head; next !== null;) {
      offsets.push(next.offset);
      next = (await this.store.write([this.tenure.advance(next, callId)]))[0]!;
    }
    return offsets;
  }
}

export const jobs = (...numbers: number[]): ParkedJob[] => numbers.map((number) => parkedJob(number));
