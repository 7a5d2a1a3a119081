import type { IncomingRecord } from '#libs/kafka';
import { OffsetLedger, type Mark, type Tracked } from '#libs/ordering';
import { Inbox, type InboxBounds } from './inbox.js';
import type { ProgressToCommit } from './ports.js';

/** Where a source reads, and from where on. */
export interface SourcePlace {
  readonly topic: string;
  readonly partition: number;
  /** The commit found when the partition was taken over; null: none. */
  readonly committed: { readonly offset: number; readonly metadata: string } | null;
  /** The partition's end when it was taken over. */
  readonly endOffset: number;
  readonly fetching: { pause(): void; resume(): void };
}

interface Entry {
  readonly offset: number;
  readonly bytes: number;
}

/** What a source's records are, and what becomes of them. */
export interface SourceUse<One extends Entry> {
  readonly bounds: InboxBounds;
  entryOf(record: IncomingRecord): One;
  /** False: not yet; `pump` is called again when that may have changed. */
  mayTake(entry: One): boolean;
  /** Takes the entry in, beginning with `track`. */
  take(entry: One): void;
}

/** One topic-partition as its worker reads it: what was fetched and not yet taken in, and the ledger of what was. */
export class RecordSource<One extends Entry> {
  /** Null until the first record when there is no commit: reading may begin anywhere. */
  private ledger: OffsetLedger | null;
  private readonly inbox: Inbox<One>;
  private moved = false;
  private stopped = false;

  constructor(
    readonly place: SourcePlace,
    private readonly use: SourceUse<One>,
  ) {
    const { committed, fetching } = place;
    this.ledger = committed === null ? null : new OffsetLedger(committed.offset, committed.metadata);
    this.inbox = new Inbox(fetching, use.bounds);
  }

  accept(records: readonly IncomingRecord[]): void {
    if (!this.stopped) this.inbox.add(records.map((record) => this.use.entryOf(record)));
  }

  /** Takes in what waits, as far as there is room: to be called whenever there may be more of it. */
  pump(): void {
    let entry: One | undefined;
    while (!this.stopped && (entry = this.inbox.peek()) !== undefined && this.mayTake(entry)) {
      this.inbox.drop();
      this.use.take(entry);
    }
  }

  /** The next one that would be taken in. */
  peek(): One | undefined {
    return this.inbox.peek();
  }

  stop(): void {
    this.stopped = true;
    this.inbox.clear();
  }

  /** Records taken in and not finished. */
  get unfinished(): number {
    return this.ledger?.unfinished ?? 0;
  }

  /** Offsets from the oldest record that is not finished to the newest one taken in. */
  get span(): number {
    return this.ledger?.span ?? 0;
  }

  track(offset: number, mark: Mark | null): Tracked {
    this.ledger ??= new OffsetLedger(offset, '');
    const tracked = this.ledger.track(offset, mark);
    if (tracked !== 'fresh') this.moved = true;
    return tracked;
  }

  finish(offset: number): void {
    this.ledger?.finish(offset);
    this.moved = true;
  }

  /** False while the record at `offset` may yet be taken in; true: it is finished, or there was none at take-over. */
  isPast(offset: number): boolean {
    const { ledger, place } = this;
    if (ledger === null) return offset >= place.endOffset;
    return ledger.isFinished(offset) || (offset >= place.endOffset && !ledger.wasRead(offset));
  }

  /** What to commit, if anything moved since it was last asked. */
  takeProgress(): ProgressToCommit | undefined {
    if (!this.moved || this.ledger === null) return undefined;
    this.moved = false;
    const { topic, partition } = this.place;
    return { topic, partition, ...this.ledger.progress() };
  }

  private mayTake(entry: One): boolean {
    return this.ledger?.isBeyondWindow(entry.offset) !== true && this.use.mayTake(entry);
  }
}
