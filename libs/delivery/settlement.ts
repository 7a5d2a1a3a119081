import type { FencedWrite, ParkedJob } from '#libs/storage';
import type { ProgressToCommit, RecordToSend } from './ports.js';

/** What one decision wants made durable, step by step; each step only after the one before it. */
export interface Script {
  /** History, wake-ups, dead letters: acknowledged by the broker first. */
  readonly records: readonly RecordToSend[];
  /** Then committed by Postgres, in one transaction. */
  readonly writes: readonly StoreWrite[];
  /** Then noted in the ledgers. */
  finish(): void;
  /** And at last a commit that contains the finishes was acknowledged. */
  settled(): void;
}

export interface StoreWrite {
  readonly write: FencedWrite;
  /** Postgres has it. @param next the lane's new head, after an `advance` that found one. */
  written?(next: ParkedJob | null): void;
}

export type Stage = 'send' | 'write' | 'commit';

export interface SettlementDeps {
  send(records: RecordToSend[]): Promise<void>;
  write(writes: readonly FencedWrite[]): Promise<readonly (ParkedJob | null)[]>;
  /** Everything that moved since the last call, for one commit. */
  progress(): ProgressToCommit[];
  commit(progress: ProgressToCommit[]): Promise<void>;
  /** Told once per failed try; the try is repeated until `close`. */
  onError(stage: Stage, error: unknown): void;
  /** Something was settled, or `isStoreBusy` may have changed: there may be room for more. */
  onRoom(): void;
  /** Attempts are under way, and nothing waits for the room of those that are over: more may be added soon. */
  isMoreToCome(): boolean;
  /** Calls back after `ms`. */
  after(ms: number, callback: () => void): void;
}

/**
 * How long a finish waits for company when nobody waits for it, in milliseconds. A hundred deliveries a second then cost
 * 24 requests to Kafka and as many commits; with 15 ms they cost 46, each as dear as the work of several deliveries.
 */
const LAZY_MS = 50;
/**
 * The least from one send to the next while finishes keep coming, in milliseconds. Fewer and larger requests cost
 * more than a tenth less of our CPU for each delivery; a lane with followers pays with a few milliseconds.
 */
const SEND_EVERY_MS = 8;
/** With fewer scripts than this it waits longer for what is still under way: each request has its price… */
const WORTH_SENDING = 48;
/** …by so many milliseconds. */
const LONGER_MS = 12;
/** The pause before a failed step is tried again, in milliseconds. */
const RETRY_MS = 100;
/** Scripts whose writes make one transaction, at most… */
const WRITES_AT_ONCE = 500;
/** …and about so many bytes of jobs. */
const BYTES_AT_ONCE = 4 * 1024 * 1024;
/** With so many scripts on their way to a Postgres that answers, no more jobs are taken in. */
const STORE_BACKLOG = 1000;
/** A Postgres that takes longer for a transaction is taken for one that is away, in milliseconds. */
const STORE_AWAY_MS = 3000;

/**
 * Makes scripts durable, many at a time, in three stages that overlap: records are sent and acknowledged; then what
 * moves custody is written to Postgres (a healthy lane's script has nothing for it and passes by, so a slow or absent
 * Postgres holds up nobody else); then one commit covers every finish so far. Scripts keep their order in each stage.
 * While one request is under way the next batch gathers, so the load itself decides how large batches are.
 */
export class Settlement {
  private outbox: Script[] = [];
  private toWrite: Script[] = [];
  private finished: Script[] = [];
  private dirty = false;
  private sending = false;
  private writing = false;
  /** Scripts with writes that Postgres does not have yet. */
  private unwritten = 0;
  private storeIsAway = false;
  private committing = false;
  private soon = false;
  private later = false;
  private closed = false;
  private idleWaiters: (() => void)[] = [];

  constructor(private readonly deps: SettlementDeps) {}

  /** @param eager a lane waits for it. */
  add(script: Script, eager: boolean): void {
    if (this.closed) return;
    this.outbox.push(script);
    if (script.writes.length > 0) this.unwritten += 1;
    this.wake(eager);
  }

  /** A ledger moved without a script (repeats, finished before a restart): committed with the next commit. */
  touch(): void {
    this.dirty = true;
    this.wake(false);
  }

  /** Somebody began to wait. */
  hurry(): void {
    if (this.outbox.length > 0 || this.finished.length > 0) this.wake(true);
  }

  /**
   * Postgres answers, and has enough to do: what is taken in now would only wait in memory. While it is away, this is
   * false: then healthy lanes go on, and what fails is held as far as memory allows.
   */
  get isStoreBusy(): boolean {
    return this.unwritten >= STORE_BACKLOG && !this.storeIsAway;
  }

  /** How many more scripts Postgres can be given for want of room elsewhere: what fails has the other half. */
  get roomForSpills(): number {
    return this.storeIsAway ? 0 : STORE_BACKLOG / 2 - this.unwritten;
  }

  /** Resolves when nothing is left to do. */
  idle(): Promise<void> {
    this.wake(true);
    if (this.isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** The ownership is over: what is not settled stays so, its next owner does it again. */
  close(): void {
    this.closed = true;
    this.outbox = [];
    this.toWrite = [];
    this.finished = [];
    this.dirty = false;
    this.tellIdle();
  }

  private isIdle(): boolean {
    const nothingLeft =
      this.outbox.length === 0 && this.toWrite.length === 0 && this.finished.length === 0 && !this.dirty;
    return this.closed || (nothingLeft && !this.sending && !this.writing && !this.committing);
  }

  private wake(eager: boolean): void {
    if (this.soon) return;
    if (eager) {
      this.soon = true;
      // After this turn of the event loop: what else ends in it goes along.
      setImmediate(() => {
        this.soon = false;
        this.run();
      });
    } else if (!this.later) {
      this.later = true;
      this.deps.after(LAZY_MS, () => {
        this.later = false;
        this.run();
      });
    }
  }

  private run(): void {
    if (this.closed) return;
    if (!this.sending && this.outbox.length > 0) void this.sendAll();
    if (!this.committing && (this.finished.length > 0 || this.dirty)) void this.commitAll();
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    while (this.outbox.length > 0) {
      const mayGoOn = this.pause(SEND_EVERY_MS);
      const batch = this.outbox;
      this.outbox = [];
      const records = batch.flatMap((one) => one.records);
      if (records.length > 0 && (await this.insist('send', () => this.deps.send(records))) === null) break;
      this.sent(batch);
      if (this.outbox.length === 0) continue;
      await mayGoOn;
      if (this.outbox.length < WORTH_SENDING && this.deps.isMoreToCome()) await this.pause(LONGER_MS);
    }
    this.sending = false;
    this.tellIdle();
  }

  private sent(batch: readonly Script[]): void {
    for (const one of batch) {
      if (one.writes.length > 0) this.toWrite.push(one);
      else this.finish(one);
    }
    if (!this.writing && this.toWrite.length > 0) void this.writeAll();
    if (!this.committing && (this.finished.length > 0 || this.dirty)) void this.commitAll();
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    while (this.toWrite.length > 0) {
      const batch = this.nextToWrite();
      const writes = batch.flatMap((one) => one.writes);
      const answer = await this.insist('write', () => this.write(writes.map(({ write }) => write)));
      if (answer === null) break;
      this.toWrite = this.toWrite.slice(batch.length);
      this.unwritten -= batch.length;
      writes.forEach(({ written }, index) => written?.(answer.result[index] ?? null));
      for (const one of batch) this.finish(one);
      if (!this.committing && (this.finished.length > 0 || this.dirty)) void this.commitAll();
      this.deps.onRoom();
    }
    this.writing = false;
    this.tellIdle();
  }

  private nextToWrite(): readonly Script[] {
    let bytes = 0;
    const end = this.toWrite.findIndex(({ writes }, index) => {
      bytes += writes.reduce((sum, { write }) => sum + bytesOf(write), 0);
      return index > 0 && (index >= WRITES_AT_ONCE || bytes > BYTES_AT_ONCE);
    });
    return this.toWrite.slice(0, end < 0 ? this.toWrite.length : end);
  }

  private async write(writes: readonly FencedWrite[]): Promise<readonly (ParkedJob | null)[]> {
    let isOver = false;
    this.deps.after(STORE_AWAY_MS, () => {
      if (isOver || this.closed) return;
      this.storeIsAway = true;
      this.deps.onRoom();
    });
    try {
      const results = await this.deps.write(writes);
      this.storeIsAway = false;
      return results;
    } catch (error) {
      this.storeIsAway = true;
      this.deps.onRoom();
      throw error;
    } finally {
      isOver = true;
    }
  }

  private finish(script: Script): void {
    script.finish();
    this.finished.push(script);
  }

  private async commitAll(): Promise<void> {
    this.committing = true;
    while (this.finished.length > 0 || this.dirty) {
      const batch = this.finished;
      this.finished = [];
      this.dirty = false;
      const progress = this.deps.progress();
      if ((await this.insist('commit', () => this.deps.commit(progress))) === null) break;
      for (const one of batch) one.settled();
      this.deps.onRoom();
    }
    this.committing = false;
    this.tellIdle();
  }

  /** Tries until it works, or until the ownership is over: null. */
  private async insist<T>(stage: Stage, action: () => Promise<T>): Promise<{ readonly result: T } | null> {
    while (!this.closed) {
      try {
        const result = await action();
        return this.closed ? null : { result };
      } catch (error) {
        if (this.closed) return null;
        this.deps.onError(stage, error);
        await this.pause(RETRY_MS);
      }
    }
    return null;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.deps.after(ms, resolve));
  }

  private tellIdle(): void {
    if (!this.isIdle()) return;
    const waiters = this.idleWaiters;
    this.idleWaiters = [];
    for (const tell of waiters) tell();
  }
}

function bytesOf(write: FencedWrite): number {
  if (write.type === 'add') return write.job.bytes;
  return write.type === 'park' ? write.jobs.reduce((sum, { bytes }) => sum + bytes, 0) : 0;
}
