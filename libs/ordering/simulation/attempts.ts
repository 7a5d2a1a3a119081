import * as core from '../index.js';
import type { JobRef } from '../index.js';
import type { ModelJob } from './job.js';
import { Violation } from './oracles.js';
import type { Owner } from './owner.js';
import type { Action } from './pipeline.js';
import { LADDER } from './world.js';

interface Attempt {
  readonly lane: string;
  readonly ref: ModelJob | JobRef;
  readonly number: number;
  /** What the receiver has; null: the request is not written yet. */
  job: ModelJob | null;
}

interface Hold {
  readonly lane: string;
  readonly ref: ModelJob | JobRef;
}

/** One owner's attempts, from being wanted to the verdict, and what it holds back. */
export class Attempts {
  /** Jobs whose delivery this owner knows of. */
  readonly delivered: ModelJob[] = [];
  private attempts: Attempt[] = [];
  private holds: Hold[] = [];

  constructor(private readonly owner: Owner) {}

  get isEmpty(): boolean {
    return this.attempts.length === 0;
  }

  want(lane: string, ref: ModelJob | JobRef, number: number): void {
    const others = this.attempts.filter((one) => one.lane === lane).length;
    this.owner.world.oracles.check('I1', others === 0, () => `lane ${lane} wants ${others + 1} attempts at once`);
    this.attempts.push({ lane, ref, number, job: null });
  }

  hold(lane: string, ref: ModelJob | JobRef): void {
    this.holds.push({ lane, ref });
  }

  /** Only what is at the receiver already goes on. */
  drain(): void {
    this.attempts = this.attempts.filter(({ job }) => job !== null);
    this.holds = [];
  }

  isInFlight(lane: string): boolean {
    return this.attempts.some((one) => one.lane === lane && one.job !== null);
  }

  addActions(actions: Action[]): void {
    for (const one of this.attempts) {
      if (one.job !== null) this.addAnswers(one, one.job, actions);
      else this.addBeginnings(one, actions);
    }
    for (const hold of this.holds) {
      actions.push({ kind: 'holdOver', run: () => this.holdOver(hold) });
      actions.push({ kind: 'spill', run: () => this.spill(hold) });
    }
  }

  private addBeginnings(one: Attempt, actions: Action[]): void {
    const { stalled, world } = this.owner;
    // Right before the request: does this process still own the partition?
    if (!stalled || world.broken === 'stalled owner attempts') {
      actions.push({ kind: 'arrive', run: () => this.arrive(one) });
    }
    actions.push({ kind: 'abstain', run: () => this.abstain(one) });
    if (this.mayBeSpilled(one.lane)) actions.push({ kind: 'spill', run: () => this.spillWanted(one) });
    const { ref } = one;
    if ('name' in ref) actions.push({ kind: 'skip', run: () => this.skip(one, ref) });
  }

  private addAnswers(one: Attempt, job: ModelJob, actions: Action[]): void {
    actions.push({ kind: 'answer', lane: one.lane, run: (chance) => this.answer(one, job, chance) });
    if (this.owner.state === 'draining') actions.push({ kind: 'abort', run: () => this.abort(one) });
    if (this.owner.world.broken === 'spill in flight' && this.mayBeSpilled(one.lane)) {
      actions.push({ kind: 'spill', run: () => this.spillWanted(one) });
    }
  }

  /** There is no room for it at its endpoint, or the endpoint's breaker is open. */
  private mayBeSpilled(name: string): boolean {
    const lane = this.owner.lane(name);
    return lane !== undefined && core.keepsRecords(lane);
  }

  private arrive(one: Attempt): void {
    const { owner } = this;
    const { lane, ref, number } = one;
    const job = 'name' in ref ? ref : owner.world.table.load(lane, ref);
    if (job === null) {
      if (owner.stalled) return this.over(one);
      throw new Violation('store', `${ref.id} at ${ref.offset} is to be attempted, but is not its lane's head`);
    }
    one.job = job;
    owner.say(() => `attempts ${job.name}: attempt ${number} arrives`);
    // What a stalled owner had written before is excused.
    const others = owner.rivals().filter((rival) => !rival.stalled || owner.stalled);
    owner.world.oracles.arrived(one, job, others.filter((rival) => rival.attempts.isInFlight(lane)).length);
  }

  private answer(one: Attempt, job: ModelJob, chance: number): void {
    const { owner } = this;
    this.over(one);
    const verdict = owner.receiver(chance);
    owner.say(() => `gets the answer for ${job.name}: ${verdict.type}`);
    owner.world.oracles.answered(one, job, verdict);
    if (verdict.type === 'delivered') this.delivered.push(job);
    const terms = { ladder: LADDER, now: owner.world.clock };
    owner.take(one.lane, 'onVerdict', core.onVerdict(owner.lane(one.lane), job, verdict, terms), verdict.type);
  }

  private abstain(one: Attempt): void {
    this.over(one);
    this.owner.say(() => `cannot attempt ${one.ref.id} now`);
    this.owner.take(one.lane, 'onAbstained', core.onAbstained(this.owner.lane(one.lane), one.ref));
  }

  private skip(one: Attempt, job: ModelJob): void {
    this.over(one);
    this.owner.say(() => `finds the endpoint of ${job.name} disabled`);
    this.owner.take(one.lane, 'onSkip', core.onSkip(this.owner.lane(one.lane), job, 'disabled'));
  }

  private abort(one: Attempt): void {
    this.over(one);
    this.owner.say(() => `aborts its attempt of ${one.ref.id}`);
  }

  private over(one: Attempt): void {
    this.attempts = this.attempts.filter((other) => other !== one);
  }

  private holdOver(hold: Hold): void {
    this.letGo(hold);
    this.owner.take(hold.lane, 'onHoldOver', core.onHoldOver(this.owner.lane(hold.lane), hold.ref));
  }

  private spill(hold: Hold): void {
    this.owner.say(() => `spills ${hold.ref.id}`);
    const { broken } = this.owner.world;
    const lane = this.owner.lane(hold.lane);
    const blind = broken === 'spill by an old hold' && lane?.phase === 'attempting';
    const step = (blind ? core.onCrowdedOut : core.onSpill)(lane, hold.ref, 'our fault');
    // One that keeps nothing of Kafka's goes on being held.
    if (step[0]?.phase !== 'holding') this.letGo(hold);
    this.owner.take(hold.lane, 'onSpill', step);
  }

  private spillWanted(one: Attempt): void {
    const { broken } = this.owner.world;
    this.owner.say(() => `has no room for ${one.ref.id}, and spills it`);
    if (broken !== 'spill without withdrawing' && broken !== 'spill in flight') this.over(one);
    const [lane, effects] = core.onCrowdedOut(this.owner.lane(one.lane), one.ref, 'no room');
    const spent = broken === 'spill spends a retry';
    this.owner.take(one.lane, 'onCrowdedOut', [lane, spent ? effects.map(withOneMore) : effects]);
  }

  private letGo(hold: Hold): void {
    this.holds = this.holds.filter((other) => other !== hold);
  }
}

/** As if the spilled head had been attempted. */
function withOneMore(effect: core.Effect<ModelJob>): core.Effect<ModelJob> {
  if (effect.type !== 'write' || !('row' in effect.write)) return effect;
  const { write } = effect;
  return { type: 'write', write: { ...write, row: { ...write.row, attempts: write.row.attempts + 1 } } };
}
