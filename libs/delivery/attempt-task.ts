import type { JobRef } from '#libs/ordering';
import type { EffectHands, EffectOwner } from './apply-effects.js';
import type { CapacityTask, SpillCause } from './endpoint-share.js';
import { lanePartsOf } from './lane-job.js';
import { isWhole, type LaneJob } from './ports.js';
import type { Wait } from './waits.js';

/** An attempt that a lane wants: from the wish to the request, or to Postgres. */
export class AttemptTask implements CapacityTask {
  readonly endpointId: string;
  readonly keepsRecords: boolean;
  readonly isFirst: boolean;
  readonly since: number;
  private startsAtOnce = true;

  constructor(
    private readonly hands: EffectHands,
    private readonly owner: EffectOwner,
    private readonly laneKey: string,
    private readonly head: LaneJob | JobRef,
    private readonly attempt: number,
  ) {
    this.endpointId = isWhole(head) ? head.job.endpoint.id : lanePartsOf(laneKey)[0];
    this.keepsRecords = owner.keepsRecords(laneKey);
    this.isFirst = attempt === 1;
    this.since = hands.now();
  }

  submit(): void {
    this.hands.capacity.submit(this);
    this.startsAtOnce = false;
  }

  start(): void {
    const { hands, owner, laneKey, head } = this;
    // The partition is being handed over: its next owner makes this attempt.
    if (owner.isStopped) return this.giveBack();
    const until = this.startsAtOnce ? null : this.since;
    const waits: Wait[] = [];
    const waited = owner.waited(laneKey);
    if (waited !== null) waits.push({ ...waited, until });
    if (until !== null) waits.push({ cause: 'capacity', since: until, until: hands.now() });
    if (isWhole(head)) return this.begin(head, waits);
    void hands.load(laneKey, head).then((job) => {
      if (job !== null && !owner.isStopped) return this.begin(job, waits);
      this.giveBack();
      if (!owner.isStopped) owner.notLoaded(laneKey, head);
    });
  }

  spill(cause: SpillCause): void {
    if (!this.owner.isStopped) this.owner.spill(this.laneKey, this.head, cause, this.since);
  }

  fullness(): number {
    return this.hands.fullness();
  }

  private begin(job: LaneJob, waits: readonly Wait[]): void {
    this.hands.attempt(job, this.attempt, waits, (result) => {
      this.hands.capacity.attemptEnded(this.endpointId);
      this.owner.attemptOver(this.laneKey, job, result);
    });
  }

  private giveBack(): void {
    this.hands.capacity.attemptEnded(this.endpointId);
    this.hands.capacity.released();
  }
}
