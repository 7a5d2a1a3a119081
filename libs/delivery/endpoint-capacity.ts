import type { Pace } from './destination.js';
import type { Told } from './endpoint-health.js';
import type { EndpointHealths, EndpointName } from './endpoint-healths.js';
import { EndpointShare, MEASURE_EVERY_MS, type CapacityTask } from './endpoint-share.js';

/** Only asked about endpoints that have a pace, asked for a pause, or let heads wait. */
export interface CapacityDeps {
  /** Unix milliseconds. */
  now(): number;
  after(ms: number, callback: () => void): void;
  /** The endpoint is switched off: what waits for it is not sent any more, so it needs no pace. */
  isOff(endpointId: string): boolean;
  /** The process has had no time to spare since this was asked last. */
  isBusy(): boolean;
  /** How many more heads can be spilled now: what Postgres has not taken yet waits in memory, too. */
  roomToSpill(): number;
  /** No endpoint is left alone for longer, whatever it asks for. */
  readonly longestHoldMs: number;
  readonly health: EndpointHealths;
}

/** How often it is looked at what waits too long, in milliseconds; only while something waits. */
export const RELIEF_EVERY_MS = 200;

/**
 * Room for attempts: at most `maxInFlight` in the process, dealt out endpoint by endpoint in a round, and at one endpoint
 * no more than it can bear (`EndpointHealths`). So a slow endpoint holds its own share and nobody else's: where the room
 * is short, an endpoint has at most as much of it as is left for all others. What waits too long for its share is spilled:
 * it waits in Postgres, in the way of nobody.
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
  private readonly shares = new Map<string, EndpointShare>();
  private readonly round: EndpointShare[] = [];
  /** Out of the round until room is given back: each has more of it than is left. */
  private aside: EndpointShare[] = [];
  private free: number;
  /** What one attempt costs at the pace; 0: there is none. */
  private readonly intervalMs: number;
  /** How far attempts may be ahead of the pace. */
  private readonly burstMs: number;
  private dealing = false;
  private relieving = false;
  private relievingSoon = false;
  /** Something is to be spilled, and Postgres had no room for it. */
  private waitsForRoom = false;
  private isBusy = false;
  private measuredAt = 0;

  constructor(
    maxInFlight: number,
    private readonly deps: CapacityDeps,
    pace: Pace | null = null,
  ) {
    this.free = maxInFlight;
    this.intervalMs = pace === null ? 0 : 1000 / pace.perSecond;
    this.burstMs = pace === null ? 0 : (pace.burst - 1) * this.intervalMs;
  }

  /** True when attempts wait for room in the process: settling quickly is then worth more than settling in bulk. */
  get isExhausted(): boolean {
    return this.aside.length > 0 || (this.free === 0 && this.round.length > 0);
  }

  submit(task: CapacityTask): void {
    const share = this.shareOf(task.endpointId);
    share.add(task);
    this.enterRound(share);
    this.deal();
    if (share.keepsRecords) this.relieveWhenDue(share);
  }

  attemptEnded(endpointId: string): void {
    const share = this.shares.get(endpointId);
    if (share === undefined) throw new Error(`endpoint ${endpointId} has no attempt in flight`);
    share.inFlight -= 1;
    this.enterOrForget(share);
    this.deal();
  }

  /** What an attempt said of its endpoint. */
  told(endpoint: EndpointName, told: Told): void {
    this.deps.health.told(endpoint, told);
    const share = this.shares.get(endpoint.id);
    if (share?.keepsRecords === true) this.relieveWhenDue(share);
  }

  /** Postgres has taken something. */
  storeHasRoom(): void {
    if (!this.waitsForRoom) return;
    this.waitsForRoom = false;
    this.relieveSoon();
  }

  /** The endpoint asked not to be called for so many milliseconds. What is in flight is left alone. */
  hold(endpointId: string, ms: number): void {
    const share = this.shareOf(endpointId);
    share.heldUntil = Math.max(share.heldUntil, this.deps.now() + Math.min(ms, this.deps.longestHoldMs));
    this.enterOrForget(share);
  }

  released(): void {
    this.free += 1;
    if (this.aside.length > 0) {
      const { aside } = this;
      this.aside = [];
      for (const share of aside) this.enterRound(share);
    }
    this.deal();
  }

  /** Endpoints may have been switched off: what waits for them waits for nothing any more. */
  settingsChanged(): void {
    for (const share of this.shares.values()) if (share.waiting > 0) this.enterRound(share);
    this.deal();
  }

  private shareOf(endpointId: string): EndpointShare {
    let share = this.shares.get(endpointId);
    if (share === undefined) this.shares.set(endpointId, (share = new EndpointShare(endpointId)));
    return share;
  }

  /** An idle share is forgotten once it owes nothing: the memory of a pace must not outlive its use, nor end before. */
  private enterOrForget(share: EndpointShare): void {
    if (share.inFlight > 0 || share.waiting > 0) return this.enterRound(share);
    if (this.mustWait(share, Math.max(share.paidAt, share.heldUntil))) return;
    // A timer may look at one that was forgotten before; another has its place since, with attempts in flight.
    if (this.shares.get(share.endpointId) === share) this.shares.delete(share.endpointId);
  }

  /** False when that time has come; if not, the share is looked at again then. */
  private mustWait(share: EndpointShare, until: number): boolean {
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

  private startsAt({ endpointId, paidAt, heldUntil }: EndpointShare): number {
    return Math.max(paidAt - this.burstMs, heldUntil, this.deps.health.openUntil(endpointId), 0);
  }

  private pay(share: EndpointShare): void {
    if (this.intervalMs > 0) share.paidAt = Math.max(share.paidAt, this.deps.now()) + this.intervalMs;
  }

  private enterRound(share: EndpointShare): void {
    if (share.ready || share.waiting === 0) return;
    if (share.inFlight >= this.deps.health.limitOf(share.endpointId)) return;
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
        if (share.inFlight > 0 && share.inFlight >= this.free) this.aside.push(share);
        else this.startNext(share);
      }
    } finally {
      this.dealing = false;
    }
  }

  private startNext(share: EndpointShare): void {
    // Since it came into the round its share may have fallen, or it has asked for a pause; or what waited was spilled.
    if (share.inFlight >= this.deps.health.limitOf(share.endpointId)) return;
    if (this.mustWait(share, this.startsAt(share))) return;
    const task = share.take(this.deps.health.probesOf(share.endpointId));
    if (task === undefined) return;
    this.pay(share);
    share.inFlight += 1;
    this.free -= 1;
    this.enterRound(share);
    task.start();
  }

  private relieveWhenDue({ endpointId }: EndpointShare): void {
    if (this.deps.health.openUntil(endpointId) > 0) this.relieveSoon();
    else this.relieveLater();
  }

  /** Never within `submit`: the lane that asks for its attempt has other effects of the same step to be carried out. */
  private relieveSoon(): void {
    if (this.relievingSoon) return;
    this.relievingSoon = true;
    setImmediate(() => {
      this.relievingSoon = false;
      this.relieve();
    });
  }

  private relieveLater(): void {
    if (this.relieving) return;
    this.relieving = true;
    this.deps.after(RELIEF_EVERY_MS, () => {
      this.relieving = false;
      this.relieve();
    });
  }

  private relieve(): void {
    const { now, health, roomToSpill } = this.deps;
    const at = now();
    if (at - this.measuredAt >= MEASURE_EVERY_MS) {
      this.isBusy = this.deps.isBusy();
      this.measuredAt = at;
    }
    let isLeft = false;
    for (const share of this.shares.values()) {
      if (!share.keepsRecords) continue;
      share.relieve(at, health.openUntil(share.endpointId) > 0, this.isBusy, roomToSpill);
      isLeft ||= share.keepsRecords;
    }
    this.waitsForRoom = isLeft && roomToSpill() <= 0;
    if (isLeft) this.relieveLater();
  }
}
