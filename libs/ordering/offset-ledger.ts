import { decodeProgress, encodeProgress } from './ledger-metadata.js';
import { isAbove, type Mark } from './source-mark.js';

/** What to do with a record that was read: attempt it, or not because it is done with. */
export type Tracked =
  /** New: hand it to its lane. */
  | 'fresh'
  /** Finished before a restart, by the committed bitmap: nothing to do. */
  | 'finished'
  /** A replayed router batch brought it again: its original is (or was) in this ledger. Already finished here. */
  | 'repeat';

/**
 * The most offsets between the commit point and the newest record. The bitmap of such a window takes 2,732
 * characters of the 4,096 bytes that a broker allows for commit metadata (`offset.metadata.max.bytes`).
 */
export const LEDGER_WINDOW = 16_384;

/**
 * The ledger of one topic-partition. Lanes finish out of order, Kafka commits one offset: so the ledger keeps the
 * commit point, the finished offsets above it, and the source mark AT the commit point. Committing the highest mark
 * seen instead would, after a crash, drop unfinished jobs below it as repeats.
 *
 * It never commits by itself: `progress()` is what to commit now.
 */
export class OffsetLedger {
  /** Every offset below it is done; the next one to be read when nothing above it is. */
  private commitPoint: number;
  /** One past the newest offset tracked. */
  private next: number;
  /** One past the highest finished offset. */
  private finishedTo: number;
  /** A ring of bits, by offset modulo the window: set when the offset is finished (or does not exist). */
  private readonly done = new Uint8Array(LEDGER_WINDOW / 8);
  /** Marks of tracked offsets from the commit point on. */
  private readonly marks = new Map<number, Mark>();
  private highestMark: Mark | null;
  private markAtCommitPoint: Mark | null;
  private unfinishedCount = 0;

  /** @param metadata of the commit found at take-over; "" for none. An unreadable one is an error, not a fresh start. */
  constructor(offset: number, metadata: string) {
    const progress = decodeProgress(metadata);
    this.commitPoint = offset;
    this.next = offset;
    this.finishedTo = offset;
    this.markAtCommitPoint = progress.mark;
    this.highestMark = progress.mark;
    progress.bitmap.forEach((byte, index) => {
      for (let bit = 0; bit < 8; bit++) {
        if ((byte & (1 << bit)) !== 0) this.setDone(alignDown(offset) + index * 8 + bit);
      }
    });
  }

  /** True when `offset` is too far ahead of the commit point to be tracked: wait until the commit point has moved. */
  isBeyondWindow(offset: number): boolean {
    return this.commitPoint < this.next && offset - alignDown(this.commitPoint) >= LEDGER_WINDOW;
  }

  /** Records read and not finished. */
  get unfinished(): number {
    return this.unfinishedCount;
  }

  /** Offsets above the commit point that were read; at most `LEDGER_WINDOW`. */
  get span(): number {
    return this.next - this.commitPoint;
  }

  /** True when `offset` needs nothing more, by this ledger's finishes or by those it was made from. */
  isFinished(offset: number): boolean {
    return offset < this.commitPoint || (offset < this.finishedTo && this.isDone(offset));
  }

  /** True when `offset` was tracked, or passed over. */
  wasRead(offset: number): boolean {
    return offset < this.next;
  }

  /** Takes a record in, in offset order. Offsets that were skipped do not exist (compaction, markers) and are done. */
  track(offset: number, mark: Mark | null): Tracked {
    if (offset < this.next) throw new Error(`offset ${offset} was tracked already; the next one is ${this.next}`);
    if (this.isBeyondWindow(offset)) throw new Error(`offset ${offset} is beyond the window of ${this.commitPoint}`);
    if (this.commitPoint === this.next) this.jumpTo(offset);
    for (let gap = this.next; gap < offset; gap++) this.setDone(gap);
    this.next = offset + 1;
    if (mark !== null) {
      if (!isAbove(mark, this.highestMark)) {
        this.setDone(offset);
        this.advance();
        return 'repeat';
      }
      this.highestMark = mark;
      this.marks.set(offset, mark);
    }
    if (this.isDone(offset)) {
      this.advance();
      return 'finished';
    }
    this.unfinishedCount += 1;
    this.advance();
    return 'fresh';
  }

  /** The job at `offset` needs nothing more. It is *settled* once a commit of a later `progress()` is acknowledged. */
  finish(offset: number): void {
    if (offset < this.commitPoint || offset >= this.next || this.isDone(offset)) {
      throw new Error(`offset ${offset} is not one that is waiting to be finished`);
    }
    this.setDone(offset);
    this.unfinishedCount -= 1;
    this.advance();
  }

  /** What to commit now: the offset, and metadata that a later ledger is built from. */
  progress(): { readonly offset: number; readonly metadata: string } {
    const from = alignDown(this.commitPoint);
    const length = this.finishedTo > this.commitPoint ? Math.ceil((this.finishedTo - from) / 8) : 0;
    const bytes = new Uint8Array(length);
    for (let index = 0; index < bytes.length; index++) bytes[index] = this.done[this.byteOf(from + index * 8)]!;
    return { offset: this.commitPoint, metadata: encodeProgress(this.markAtCommitPoint, bytes) };
  }

  /** With nothing unfinished, a gap of any size (retention, a seek) is passed in one step. */
  private jumpTo(offset: number): void {
    const end = Math.min(offset, this.commitPoint + LEDGER_WINDOW);
    for (let gone = alignDown(this.commitPoint); gone < end; gone++) {
      this.done[this.byteOf(gone)]! &= ~(1 << (gone % 8));
    }
    this.commitPoint = offset;
    this.next = offset;
    this.finishedTo = Math.max(this.finishedTo, offset);
  }

  private advance(): void {
    while (this.commitPoint < this.next && this.isDone(this.commitPoint)) {
      const mark = this.marks.get(this.commitPoint);
      if (mark !== undefined) {
        this.markAtCommitPoint = mark;
        this.marks.delete(this.commitPoint);
      }
      this.commitPoint += 1;
      // A byte of the ring is free again as soon as the commit point has left it: offsets a window ahead reuse it.
      if (this.commitPoint % 8 === 0) this.done[this.byteOf(this.commitPoint - 8)] = 0;
    }
    if (this.finishedTo < this.commitPoint) this.finishedTo = this.commitPoint;
  }

  private byteOf(offset: number): number {
    return (offset % LEDGER_WINDOW) >> 3;
  }

  private isDone(offset: number): boolean {
    return (this.done[this.byteOf(offset)]! & (1 << (offset % 8))) !== 0;
  }

  private setDone(offset: number): void {
    this.done[this.byteOf(offset)]! |= 1 << (offset % 8);
    if (offset >= this.finishedTo) this.finishedTo = offset + 1;
  }
}

/** The bitmap begins at a multiple of eight, so that the ring's bytes are copied as they are. */
function alignDown(offset: number): number {
  return offset - (offset % 8);
}
