import type { JobRef } from '#libs/ordering';
import type { LaneStore } from '#libs/storage';
import type { LaneJob } from './ports.js';

/** A lane's head, whole. */
export type FoundHead = Omit<LaneJob, 'laneKey'>;

interface Wanted {
  readonly laneId: string;
  readonly head: JobRef;
  resolve(job: FoundHead | null): void;
}

export interface HeadLoaderDeps {
  readonly lanes: Pick<LaneStore, 'load'>;
  /** Postgres answered. */
  onAnswer(): void;
  /** It does not, or lacks a head. */
  onError(error: unknown): void;
  after(ms: number, callback: () => void): void;
}

/** Heads read at once, at most. */
const AT_ONCE = 200;
/**
 * Who waits for a head keeps room that a healthy lane could use. So when Postgres has not answered within one to two of
 * these, in milliseconds, nobody waits for it any more.
 */
const SLOW_MS = 1500;

/** Reads parked heads that are to be attempted, many in one query: while one is under way the next ones gather. */
export class HeadLoader {
  private waiting: Wanted[] = [];
  private reading: readonly Wanted[] = [];
  private loading = false;
  private watching = false;
  /** Postgres is given up on until the query under way comes back. */
  private slow = false;

  constructor(private readonly deps: HeadLoaderDeps) {}

  /** @returns null when it cannot be read now. Never rejects. */
  load(laneId: string, head: JobRef): Promise<FoundHead | null> {
    if (this.slow) return Promise.resolve(null);
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
      this.reading = batch;
      this.watch();
      const found = await this.read(batch);
      this.slow = false;
      batch.forEach(({ resolve }, index) => resolve(found[index] ?? null));
    }
    this.reading = [];
    this.loading = false;
  }

  private async read(batch: readonly Wanted[]): Promise<readonly (FoundHead | null)[]> {
    const { lanes, onAnswer, onError } = this.deps;
    try {
      const heads = await lanes.load(batch);
      onAnswer();
      return heads.map((head, index) => {
        if (head !== null) return { ...head.job, firstAttemptAt: head.firstAttemptAt };
        // A fault, but this lane's alone: those that were asked for along with it are there.
        onError(new Error(`lane ${batch[index]!.laneId} lacks its head ${batch[index]!.head.id}`));
        return null;
      });
    } catch (error) {
      onError(error);
      return [];
    }
  }

  /** One timer at a time, however many batches there are. */
  private watch(): void {
    if (this.watching) return;
    this.watching = true;
    const { reading } = this;
    this.deps.after(SLOW_MS, () => {
      this.watching = false;
      if (this.reading === reading) this.giveUp();
      else if (this.loading) this.watch();
    });
  }

  private giveUp(): void {
    if (!this.loading || this.slow) return;
    this.slow = true;
    this.deps.onError(new Error(`no answer within ${SLOW_MS} ms`));
    const waiting = [...this.reading, ...this.waiting];
    this.waiting = [];
    for (const { resolve } of waiting) resolve(null);
  }
}
