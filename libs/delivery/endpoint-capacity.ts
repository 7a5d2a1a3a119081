import type { Pace } from './destination.js';

/** One attempt that wants to start. */
export interface CapacityTask {
  readonly endpointId: string;
  /** Called once, when there is room; `attemptEnded` and `released` must follow. */
  start(): void;
}

interface Share {
  readonly endpointId: string;
  inFlight: number;
  /** True while the share stands in the round. */
  ready: boolean;
  readonly waiting: CapacityTask[];
  /** When all that was started has been paid for at the endpoint's pace, Unix milliseconds. */
  paidAt: number;
  /** Until when the endpoint asked not to be called, Unix milliseconds. */
  heldUntil: number;
  /** When a timer will look at it again, Unix milliseconds; Infinity: none will. */
  nextLook: number;
}

/** Only asked about endpoints that have a pace, or asked for a pause. */
export interface CapacityDeps {
  /** Unix milliseconds. */
  now(): number;
  after(ms: number, callback: () => void): void;
  /** The endpoint is switched off: what waits for it is not sent any more, so it needs no pace. */
  isOff(endpointId: string): boolean;
  /** No endpoint is left alone for longer, whatever it asks for: its calls wait in memory, others behind them. */
  readonly longestHoldMs: number;
}

/**
 * Room for attempts: at most `maxInFlight` in the process and `maxPerEndpoint` at one endpoint, dealt out endpoint by
 * endpoint in a round, so that a slow endpoint holds its own share and nobody else's.
 *
 * An attempt gives back its endpoint's share when the answer is there (`attemptEnded`), but the process's room only
 * when its finish is settled (`released`): so what a crash can make us repeat is never more than `maxInFlight`.
 *
 * An endpoint with a pace is called no faster (GCRA: the virtual scheduling of ITU-T I.371), and one that asked for a
 * pause (`hold`) not before it is over. What waits for that has no room, so it costs nobody else any, and spends no
 * retry. The pace is this process's: processes that share an endpoint's calls each have it, and each obeys the endpoint
 * when it says that this is too much.
 */
export class EndpointCapacity {
  private readonly shares = new Map<string, Share>();
  private readonly round: Share[] = [];
  private free: number;
  /** What one attempt costs at the pace; 0: there is none. */
  private readonly intervalMs: number;
  /** How far attempts may be ahead of the pace. */
  private readonly burstMs: number;
  private dealing = false;

  constructor(
    maxInFlight: number,
    private readonly maxPerEndpoint: number,
    private readonly deps: CapacityDeps,
    pace: Pace | null = null,
  ) {
    this.free = maxInFlight;
    this.intervalMs = pace === null ? 0 : 1000 / pace.perSecond;
    this.burstMs = pace === null ? 0 : (pace.burst - 1) * this.intervalMs;
  }

  /** True when attempts wait for room in the process: settling quickly is then worth more than settling in bulk. */
  get isExhausted(): boolean {
    return this.free === 0 && this.round.length > 0;
  }

  submit(task: CapacityTask): void {
    const share = this.shareOf(task.endpointId);
    share.waiting.push(task);
    this.enterRound(share);
    this.deal();
  }

  attemptEnded(endpointId: string): void {
    const share = this.shares.get(endpointId);
    if (share === undefined) throw new Error(`endpoint ${endpointId} has no attempt in flight`);
    share.inFlight -= 1;
    this.enterOrForget(share);
    this.deal();
  }

  /** The endpoint asked not to be called for so many milliseconds. What is in flight is left alone. */
  hold(endpointId: string, ms: number): void {
    const share = this.shareOf(endpointId);
    share.heldUntil = Math.max(share.heldUntil, this.deps.now() + Math.min(ms, this.deps.longestHoldMs));
    this.enterOrForget(share);
  }

  released(): void {
    this.free += 1;
    this.deal();
  }

  private shareOf(endpointId: string): Share {
    let share = this.shares.get(endpointId);
    if (share === undefined) {
      const idle = { inFlight: 0, ready: false, paidAt: 0, heldUntil: 0, nextLook: Infinity };
      share = { endpointId, waiting: [], ...idle };
      this.shares.set(endpointId, share);
    }
    return share;
  }

  /** An idle share is forgotten once it owes nothing: the memory of a pace must not outlive its use, nor end before. */
  private enterOrForget(share: Share): void {
    if (share.inFlight > 0 || share.waiting.length > 0) return this.enterRound(share);
    if (!this.mustWait(share, Math.max(share.paidAt, share.heldUntil))) this.shares.delete(share.endpointId);
  }

  /** False when that time has come; if not, the share is looked at again then. */
  private mustWait(share: Share, until: number): boolean {
    if (until === 0) return false;
    const ms = until - this.deps.now();
    if (ms <= 0 || this.deps.isOff(share.endpointId)) return false;
    if (until < share.nextLook) {
      share.nextLook = until;
      this.deps.after(Math.ceil(ms), () => {
        if (share.nextLook === until) share.nextLook = Infinity;
        this.enterOrForget(share);
        this.deal();
      });
    }
    return true;
  }

  private startsAt({ paidAt, heldUntil }: Share): number {
    return Math.max(paidAt - this.burstMs, heldUntil, 0);
  }

  private pay(share: Share): void {
    if (this.intervalMs > 0) share.paidAt = Math.max(share.paidAt, this.deps.now()) + this.intervalMs;
  }

  private enterRound(share: Share): void {
    if (share.ready || share.waiting.length === 0 || share.inFlight >= this.maxPerEndpoint) return;
    if (this.mustWait(share, this.startsAt(share))) return;
    share.ready = true;
    this.round.push(share);
  }

  private deal(): void {
    // A task may give its room back at once (it is not wanted any more), and thousands may wait: a loop, no recursion.
    if (this.dealing) return;
    this.dealing = true;
    try {
      while (this.free > 0) {
        const share = this.round.shift();
        if (share === undefined) return;
        share.ready = false;
        // It may have asked for a pause since it came into the round.
        if (this.mustWait(share, this.startsAt(share))) continue;
        this.pay(share);
        const task = share.waiting.shift()!;
        share.inFlight += 1;
        this.free -= 1;
        this.enterRound(share);
        task.start();
      }
    } finally {
      this.dealing = false;
    }
  }
}
