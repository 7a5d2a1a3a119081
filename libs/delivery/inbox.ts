/** How much may wait in an inbox; more of the partition is fetched when half of it is gone. */
export interface InboxBounds {
  readonly bytes: number;
  readonly records: number;
}

interface Entry {
  /** What it keeps in memory, about. */
  readonly bytes: number;
}

/**
 * What was fetched of one partition and not yet taken in: a queue that pauses the fetching when it is full and resumes
 * it when it is half empty, so that memory stays bounded whatever lies in Kafka.
 */
export class Inbox<One extends Entry> {
  private entries: (One | undefined)[] = [];
  private taken = 0;
  private bytes = 0;
  private paused = false;

  constructor(
    private readonly fetching: { pause(): void; resume(): void },
    private readonly bounds: InboxBounds,
  ) {}

  get isEmpty(): boolean {
    return this.taken === this.entries.length;
  }

  add(entries: Iterable<One>): void {
    for (const entry of entries) {
      this.entries.push(entry);
      this.bytes += entry.bytes;
    }
    if (!this.paused && this.isAbove(1)) {
      this.paused = true;
      this.fetching.pause();
    }
  }

  peek(): One | undefined {
    return this.entries[this.taken];
  }

  drop(): void {
    this.bytes -= this.entries[this.taken]!.bytes;
    // Its bytes may go: it stays in the array until that is cut.
    this.entries[this.taken] = undefined;
    this.taken += 1;
    if (this.taken >= 512 && this.taken * 2 >= this.entries.length) {
      this.entries = this.entries.slice(this.taken);
      this.taken = 0;
    }
    if (this.paused && !this.isAbove(0.5)) {
      this.paused = false;
      this.fetching.resume();
    }
  }

  clear(): void {
    this.entries = [];
    this.taken = 0;
    this.bytes = 0;
  }

  private isAbove(share: number): boolean {
    const { records, bytes } = this.bounds;
    return this.entries.length - this.taken > records * share || this.bytes > bytes * share;
  }
}
