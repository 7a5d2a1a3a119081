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
}

/**
 * Room for attempts: at most `maxInFlight` in the process and `maxPerEndpoint` at one endpoint, dealt out endpoint by
 * endpoint in a round, so that a slow endpoint holds its own share and nobody else's.
 *
 * An attempt gives back its endpoint's share when the answer is there (`attemptEnded`), but the process's room only
 * when its finish is settled (`released`): so what a crash can make us repeat is never more than `maxInFlight`.
 */
export class EndpointCapacity {
  private readonly shares = new Map<string, Share>();
  private readonly round: Share[] = [];
  private free: number;
  private dealing = false;

  constructor(
    maxInFlight: number,
    private readonly maxPerEndpoint: number,
  ) {
    this.free = maxInFlight;
  }

  /** True when attempts wait for room in the process: settling quickly is then worth more than settling in bulk. */
  get isExhausted(): boolean {
    return this.free === 0 && this.round.length > 0;
  }

  submit(task: CapacityTask): void {
    let share = this.shares.get(task.endpointId);
    if (share === undefined) {
      share = { endpointId: task.endpointId, inFlight: 0, ready: false, waiting: [] };
      this.shares.set(task.endpointId, share);
    }
    share.waiting.push(task);
    this.enterRound(share);
    this.deal();
  }

  attemptEnded(endpointId: string): void {
    const share = this.shares.get(endpointId);
    if (share === undefined) throw new Error(`endpoint ${endpointId} has no attempt in flight`);
    share.inFlight -= 1;
    if (share.inFlight === 0 && share.waiting.length === 0) this.shares.delete(endpointId);
    else this.enterRound(share);
    this.deal();
  }

  released(): void {
    this.free += 1;
    this.deal();
  }

  private enterRound(share: Share): void {
    if (share.ready || share.waiting.length === 0 || share.inFlight >= this.maxPerEndpoint) return;
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
