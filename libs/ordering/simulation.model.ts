import * as core from './decide.js';
import type { Effect } from './effect.js';
import type { Lane, Step } from './lane.js';
import { OffsetLedger } from './offset-ledger.js';
import type { Mark } from './source-mark.js';
import type { Verdict } from './verdict.js';

/** A job in the model's log: number `n` of its lane. */
export interface ModelJob {
  readonly id: string;
  readonly offset: number;
  readonly lane: string;
  readonly n: number;
  readonly mark: Mark;
}

/** Ways to build the engine wrongly; the simulation must catch each of them. */
export type Break = 'next before settled' | 'commit the highest mark' | 'ignore marks' | 'commit before finished';

/** What outlives a crash: the log, the commit store, the dead-letter topic, and what the receiver saw. */
export interface World {
  readonly log: readonly ModelJob[];
  commit: { offset: number; metadata: string };
  readonly arrivals: ModelJob[];
  readonly resolved: Set<string>;
  readonly dead: ModelJob[];
  readonly story: string[];
}

export const nameOf = (job: ModelJob): string => `${job.lane}${job.n}`;

type Pending =
  | { readonly type: 'attempt'; readonly job: ModelJob; arrived: boolean }
  | { readonly type: 'hold'; readonly job: ModelJob }
  | { readonly type: 'outbox'; readonly job: ModelJob; readonly effects: Effect<ModelJob>[] }
  | { readonly type: 'commit'; readonly jobs: ModelJob[]; readonly at: World['commit']; stored: boolean };

/**
 * One owner of the partition, from take-over to crash. `actions()` lists everything that could happen next; the test
 * chooses. Nothing here waits for anything: any order of these actions is a possible history.
 */
export class ModelOwner {
  private readonly ledger: OffsetLedger;
  private readonly lanes = new Map<string, Lane<ModelJob>>();
  private pending: Pending[] = [];
  private finished: ModelJob[] = [];
  private position: number;
  private highestMark: Mark | null = null;

  constructor(
    private readonly world: World,
    private readonly broken: Break | null,
  ) {
    this.ledger = new OffsetLedger(world.commit.offset, world.commit.metadata);
    this.position = world.commit.offset;
  }

  actions(verdict: () => Verdict): (() => void)[] {
    const actions = this.pending.map((one) => () => this.progress(one, verdict));
    if (this.position < this.world.log.length) actions.push(() => this.read());
    const committing = this.pending.some(({ type }) => type === 'commit');
    if (this.finished.length > 0 && !committing) actions.push(() => this.beginCommit());
    return actions;
  }

  /** Attempts in flight by lane, for I1. */
  attemptsInFlight(lane: string): number {
    return this.pending.filter((one) => one.type === 'attempt' && one.job.lane === lane).length;
  }

  private read(): void {
    const job = this.world.log[this.position++]!;
    const tracked = this.ledger.track(job.offset, this.broken === 'ignore marks' ? null : job.mark);
    this.highestMark = job.mark;
    this.world.story.push(`read ${nameOf(job)} at ${job.offset}: ${tracked}`);
    if (tracked === 'fresh') this.take(job, core.onJob(this.lanes.get(job.lane), job));
  }

  private take(job: ModelJob, [lane, effects]: Step<ModelJob, Effect<ModelJob>>): void {
    if (lane === undefined) this.lanes.delete(job.lane);
    else this.lanes.set(job.lane, lane);
    const durable = effects.filter(({ type }) => type !== 'attempt' && type !== 'hold');
    for (const effect of effects) {
      if (effect.type === 'attempt')
        this.pending.push({ type: 'attempt', job: effect.job as ModelJob, arrived: false });
      if (effect.type === 'hold') this.pending.push({ type: 'hold', job: effect.job as ModelJob });
    }
    if (durable.length > 0) this.pending.push({ type: 'outbox', job, effects: durable });
  }

  private progress(one: Pending, verdict: () => Verdict): void {
    const over = (): void => void (this.pending = this.pending.filter((other) => other !== one));
    const lane = (job: ModelJob): Lane<ModelJob> | undefined => this.lanes.get(job.lane);
    switch (one.type) {
      case 'attempt':
        if (!one.arrived) {
          one.arrived = true;
          this.world.arrivals.push(one.job);
          this.world.story.push(`${nameOf(one.job)} arrives`);
          return;
        }
        over();
        return this.take(one.job, core.onVerdict(lane(one.job), one.job, verdict(), { ladder: [0], now: 0 }));
      case 'hold':
        over();
        return this.take(one.job, core.onHoldOver(lane(one.job), one.job));
      case 'outbox':
        return this.progressOutbox(one, over);
      case 'commit':
        if (!one.stored) {
          one.stored = true;
          this.world.commit = one.at;
          this.world.story.push(`commit ${one.at.offset} ${one.at.metadata} stored`);
          return;
        }
        over();
        for (const job of one.jobs) this.take(job, core.onSettled(lane(job), job));
    }
  }

  private progressOutbox(one: Pending & { type: 'outbox' }, over: () => void): void {
    const effect = one.effects.shift()!;
    if (effect.type === 'deadLetter') this.world.dead.push(effect.job);
    if (effect.type === 'report') this.world.resolved.add(nameOf(effect.job));
    if (effect.type === 'finish') {
      this.ledger.finish(effect.job.offset);
      this.world.story.push(`${nameOf(effect.job)} finished`);
      if (this.broken === 'next before settled') {
        this.take(effect.job, core.onSettled(this.lanes.get(effect.job.lane), effect.job));
      }
      this.finished.push(effect.job);
    }
    if (one.effects.length === 0) over();
  }

  private beginCommit(): void {
    const progress = this.ledger.progress();
    const bitmap = progress.metadata.split(';')[2];
    const { highestMark: m } = this;
    const at =
      this.broken === 'commit the highest mark' && m !== null
        ? { offset: progress.offset, metadata: `1;${m.epoch}:${m.offset}:${m.ordinal};${bitmap}` }
        : this.broken === 'commit before finished'
          ? { offset: this.position, metadata: '' }
          : progress;
    this.pending.push({ type: 'commit', jobs: this.finished, at, stored: false });
    this.finished = [];
  }
}
