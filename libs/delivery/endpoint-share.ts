import { Fifo } from './fifo.js';
import { SpilledHeads } from './spilled-heads.js';

/** Why a head is spilled: its endpoint's share of attempts is in use, or its breaker is open. */
export type SpillCause = 'share' | 'breaker';

/** One attempt that wants to start. */
export interface CapacityTask {
  readonly endpointId: string;
  /** While it waits, a record of Kafka's stays unfinished: it can be spilled. */
  readonly keepsRecords: boolean;
  /** Its head has not failed yet. */
  readonly isFirst: boolean;
  /** Since when it waits, Unix milliseconds. */
  readonly since: number;
  /** Called once, when there is room; `attemptEnded` and `released` must follow. */
  start(): void;
  /** Instead of it: into Postgres with its lane, from where it comes again and keeps no record. */
  spill(cause: SpillCause): void;
  /** How full what its records are kept in is, from 0 to 1. */
  fullness(): number;
}

/** What of an endpoint is in flight, and what waits for it. */
export class EndpointShare {
  inFlight = 0;
  /** True while it stands in the round. */
  ready = false;
  /** When all that was started has been paid for at the endpoint's pace, Unix milliseconds. */
  paidAt = 0;
  /** Until when the endpoint asked not to be called, Unix milliseconds. */
  heldUntil = 0;
  /** When a timer will look at it again, Unix milliseconds; Infinity: none will. */
  nextLook = Infinity;
  /** Attempts started since it was measured whether it is quick, and when that was, Unix milliseconds. */
  private started = 0;
  private measuredAt: number | null = null;
  /** As long as nobody knows: nothing has waited for long. */
  private isQuick = true;
  private readonly keeping = new Fifo<CapacityTask>();
  private spilled: SpilledHeads | null = null;
  private spilledIsNext = true;

  constructor(readonly endpointId: string) {}

  get waiting(): number {
    return this.keeping.length + (this.spilled?.length ?? 0);
  }

  /** Some of what waits keeps records of Kafka's. */
  get keepsRecords(): boolean {
    return this.keeping.length > 0;
  }

  add(task: CapacityTask): void {
    if (task.keepsRecords) return this.keeping.push(task);
    this.spilled ??= new SpilledHeads();
    this.spilled.push(task);
  }

  /**
   * The next one to start. What waits in Postgres and what waits in memory take turns: a backlog is drained, and new
   * calls of an endpoint that is well again need not queue behind it, which would send all of them through Postgres for as
   * long as it is drained no faster than they come.
   *
   * @param probes that were made of an open breaker; null: this is none. Probes are made in turns by the head that waits
   * longest of those that have not failed yet, and by the one that waits longest of all: where an endpoint fails single
   * events, the oldest heads are the ones that it fails, and say nothing of the others.
   */
  take(probes: number | null): CapacityTask | undefined {
    this.started += 1;
    const { keeping, spilled, spilledIsNext } = this;
    this.spilledIsNext = !spilledIsNext;
    if (spilled === null || spilled.length === 0) return keeping.shift();
    if (probes !== null) return spilled.shift(probes % 2 === 0);
    return spilledIsNext || keeping.length === 0 ? spilled.shift(false) : keeping.shift();
  }

  /**
   * Spills what waits for an open breaker; for an endpoint that is slow, what waits too long, oldest first, down to what
   * may wait in memory: less, the fuller that is.
   * @param isBusy of the process, as it was measured last.
   * @param room how many more Postgres can take now.
   */
  relieve(now: number, isOpen: boolean, isBusy: boolean, room: () => number): void {
    this.measure(now, isBusy);
    if (this.isQuick && !isOpen) return;
    let left = this.keeping.length;
    this.keeping.retain((task) => {
      const mayWait = now - task.since < SLOW_MS || left <= WAITING_ROOM * (1 - 2 * task.fullness());
      if ((mayWait && !isOpen) || room() <= 0) return true;
      left -= 1;
      task.spill(isOpen ? 'breaker' : 'share');
      return false;
    });
  }

  private measure(now: number, isBusy: boolean): void {
    const ms = now - (this.measuredAt ?? now);
    if (this.measuredAt !== null && ms < MEASURE_EVERY_MS) return;
    if (ms > 0) this.isQuick = this.started * 1000 >= (isBusy ? MOVING_PER_SECOND : QUICK_PER_SECOND) * ms;
    this.started = 0;
    this.measuredAt = now;
  }
}

/** Long enough that bursts do not tell, in milliseconds. */
export const MEASURE_EVERY_MS = 1000;
/**
 * An endpoint that starts so many attempts a second is busy, not slow, and no way through Postgres is quicker: what waits
 * for it is soon gone, and its neighbours wait no longer than that.
 */
const QUICK_PER_SECOND = 300;
/** The same where it is our process that has no time: it is the endpoint's doing only when it starts still fewer. */
const MOVING_PER_SECOND = 50;
/** What waits for less is not worth a way through Postgres, in milliseconds. */
const SLOW_MS = 1000;
/** Heads that may wait in memory for one slow endpoint while there is plenty; none, when it is half full. */
const WAITING_ROOM = 1000;
