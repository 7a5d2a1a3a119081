import { FencedError, type Assignment, type CommitEntry } from '#libs/kafka';

/**
 * How long a position may wait for others before all are committed together, in milliseconds. A commit costs Kafka as much
 * as a batch of jobs, and committing late costs a crash alone: what it makes the next owner route again is dropped.
 */
const COMMIT_EVERY_MS = 200;

/**
 * How far each source partition is routed, committed lazily: a crash in between only makes the next owner route some
 * records again, which the delivery side recognises by their source marks.
 */
export class RoutingProgress {
  private readonly pending = new Map<number, CommitEntry>();
  private timer: NodeJS.Timeout | null = null;
  private committing: Promise<void> = Promise.resolve();

  constructor(
    private readonly assignment: Assignment,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Every record below `offset` is routed and acknowledged. The epoch travels in the commit's metadata. */
  reached(topic: string, partition: number, offset: number, epoch: string): void {
    this.pending.set(partition, { topic, partition, offset, metadata: epoch });
    this.timer ??= setTimeout(() => void this.flush(), COMMIT_EVERY_MS);
  }

  /** Commits what is pending, after a commit under way; resolves when it is done or failed (and told to `onError`). */
  flush(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.committing = this.committing.then(() => this.commitPending());
    return this.committing;
  }

  private async commitPending(): Promise<void> {
    const entries = [...this.pending.values()];
    this.pending.clear();
    if (entries.length === 0) return;
    try {
      await this.assignment.commit(entries);
    } catch (error) {
      // Fenced: the next owner routes from its own commits. Otherwise the next commit is further along anyway; until
      // then these positions wait for it, and nothing newer may be overwritten by them.
      if (error instanceof FencedError) return;
      this.onError(error);
      for (const entry of entries) if (!this.pending.has(entry.partition)) this.pending.set(entry.partition, entry);
      this.timer ??= setTimeout(() => void this.flush(), COMMIT_EVERY_MS);
    }
  }
}
