import type { JobRef } from '#libs/ordering';
import type { LaneStore } from '#libs/storage';
import type { LaneJob } from './ports.js';

interface Wanted {
  readonly laneId: string;
  readonly head: JobRef;
  resolve(job: LaneJob | null): void;
}

/** Heads read at once, at most. */
const AT_ONCE = 200;

/** Reads parked heads that are to be attempted, many in one query: while one is under way the next ones gather. */
export class HeadLoader {
  private waiting: Wanted[] = [];
  private loading = false;

  /** @param onError told when Postgres does not answer. */
  constructor(
    private readonly lanes: Pick<LaneStore, 'load'>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** @returns the head without its lane's key; null when it cannot be read now. Never rejects. */
  load(laneId: string, head: JobRef): Promise<LaneJob | null> {
    return new Promise((resolve) => {
      this.waiting.push({ laneId, head, resolve });
      if (this.loading) return;
      this.loading = true;
      setImmediate(() => void this.loadAll());
    });
  }

  private async loadAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, AT_ONCE);
      this.waiting = this.waiting.slice(batch.length);
      const found = await this.read(batch);
      batch.forEach(({ resolve }, index) => resolve(found[index] ?? null));
    }
    this.loading = false;
  }

  private async read(batch: readonly Wanted[]): Promise<readonly (LaneJob | null)[]> {
    try {
      const heads = await this.lanes.load(batch);
      return heads.map((head, index) => {
        if (head === null) throw new Error(`lane ${batch[index]!.laneId} lacks its head ${batch[index]!.head.id}`);
        return { ...head.job, laneKey: '', firstAttemptAt: head.firstAttemptAt };
      });
    } catch (error) {
      this.onError(error);
      return [];
    }
  }
}
