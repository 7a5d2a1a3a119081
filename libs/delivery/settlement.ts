import type { ProgressToCommit, RecordToSend } from './ports.js';

/** One job's finish: what must be durable before it, and whom to tell afterwards. */
export interface Finish {
  /** History and dead-letter records; acknowledged by the broker before `finish` is called. */
  readonly records: readonly RecordToSend[];
  /** Note the finish in the ledger. */
  finish(): void;
  /** A commit that contains the finish was acknowledged. */
  settled(): void;
}

export interface SettlementDeps {
  send(records: RecordToSend[]): Promise<void>;
  /** Everything that moved since the last call, for one commit. */
  progress(): ProgressToCommit[];
  commit(progress: ProgressToCommit[]): Promise<void>;
  /** Told once per failed try; the try is repeated until `close`. */
  onError(stage: 'send' | 'commit', error: unknown): void;
  /** Calls back after `ms`. */
  after(ms: number, callback: () => void): void;
}

/** How long a finish waits for company when nobody waits for it, in milliseconds. */
const LAZY_MS = 15;
/**
 * The least from one send to the next while finishes keep coming, in milliseconds. Fewer and larger requests cost
 * more than a tenth less of our CPU for each delivery; a lane with followers pays with a few milliseconds.
 */
const SEND_EVERY_MS = 8;
/** The pause before a failed send or commit is tried again, in milliseconds. */
const RETRY_MS = 100;

/**
 * Makes finishes durable, many at a time, in two stages that overlap: records are sent and acknowledged, then one
 * commit covers every finish whose records are. While one request is under way the next batch gathers, so the load
 * itself decides how large batches are. A stage starts at once when a lane waits for it, and a little later when none
 * does.
 */
export class Settlement {
  private outbox: Finish[] = [];
  private finished: Finish[] = [];
  private dirty = false;
  private sending = false;
  private committing = false;
  private soon = false;
  private later = false;
  private closed = false;
  private idleWaiters: (() => void)[] = [];

  constructor(private readonly deps: SettlementDeps) {}

  /** @param eager a lane waits for this finish. */
  add(finish: Finish, eager: boolean): void {
    this.outbox.push(finish);
    this.wake(eager);
  }

  /** The ledger moved without a job (repeats, finished before a restart): committed with the next commit. */
  touch(): void {
    this.dirty = true;
    this.wake(false);
  }

  /** Somebody began to wait. */
  hurry(): void {
    if (this.outbox.length > 0 || this.finished.length > 0) this.wake(true);
  }

  /** Resolves when nothing is left to send or commit. */
  idle(): Promise<void> {
    this.wake(true);
    if (this.isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** The ownership is over: what is not settled stays so, its next owner does it again. */
  close(): void {
    this.closed = true;
    this.outbox = [];
    this.finished = [];
    this.dirty = false;
    this.tellIdle();
  }

  private isIdle(): boolean {
    const nothingLeft = this.outbox.length === 0 && this.finished.length === 0 && !this.dirty;
    return this.closed || (nothingLeft && !this.sending && !this.committing);
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
      if (records.length > 0 && !(await this.insist('send', () => this.deps.send(records)))) break;
      for (const one of batch) one.finish();
      this.finished.push(...batch);
      if (!this.committing) void this.commitAll();
      if (this.outbox.length > 0) await mayGoOn;
    }
    this.sending = false;
    this.tellIdle();
  }

  private async commitAll(): Promise<void> {
    this.committing = true;
    while (this.finished.length > 0 || this.dirty) {
      const batch = this.finished;
      this.finished = [];
      this.dirty = false;
      const progress = this.deps.progress();
      if (!(await this.insist('commit', () => this.deps.commit(progress)))) break;
      for (const one of batch) one.settled();
    }
    this.committing = false;
    this.tellIdle();
  }

  /** Tries until it works (true) or the ownership is over (false). */
  private async insist(stage: 'send' | 'commit', action: () => Promise<void>): Promise<boolean> {
    while (!this.closed) {
      try {
        await action();
        return !this.closed;
      } catch (error) {
        if (this.closed) return false;
        this.deps.onError(stage, error);
        await this.pause(RETRY_MS);
      }
    }
    return false;
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
