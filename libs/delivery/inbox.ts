import { Fifo } from './fifo.js';

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
  private readonly entries = new Fifo<One>();
  private bytes = 0;
  private paused = false;

  constructor(
    private readonly fetching: { pause(): void; resume(): void },
    private readonly bounds: InboxBounds,
  ) {}

  get isEmpty(): boolean {
    return this.entries.length === 0;
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
    return this.entries.peek();
  }

  drop(): void {
    this.bytes -= this.entries.shift()?.bytes ?? 0;
    if (this.paused && !this.isAbove(0.5)) {
      this.paused = false;
      this.fetching.resume();
    }
  }

  clear(): void {
    this.entries.clear();
    this.bytes = 0;
  }

  private isAbove(share: number): boolean {
    const { records, bytes } = this.bounds;
    return this.entries.length > records * share || this.bytes > bytes * share;
  }
}
