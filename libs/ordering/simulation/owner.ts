import * as core from '../index.js';
import type { Effect, JobRef, Lane, LaneWrite, Step, Verdict } from '../index.js';
import { Attempts } from './attempts.js';
import type { ModelJob } from './job.js';
import { Pipeline, type Action } from './pipeline.js';
import { Reading } from './reading.js';
import { MAIN, isFinished, type Commit, type World } from './world.js';

/** Chooses a verdict. */
export type Receiver = (chance: number) => Verdict;

/**
 * The partition worker's twin: one owner of the partition from its assignment to its death. `actions()` lists all that
 * could happen next; nothing here waits for anything, so any order of them is a possible history.
 */
export class Owner {
  readonly generation: number;
  epoch = 0;
  state: 'joined' | 'raised' | 'loaded' | 'draining' | 'gone' = 'joined';
  /** Stopped for a while, so that another one was made the owner; it does not know. */
  stalled = false;
  /** The main topic's latest commit that this owner knows to be made. */
  acknowledged: Commit;
  readonly attempts = new Attempts(this);
  readonly pipeline = new Pipeline(this);
  readonly reading: Reading;
  private readonly lanes = new Map<string, Lane<ModelJob>>();
  private rows: { readonly lane: string; readonly row: core.LaneRow; readonly head: JobRef }[] = [];

  /** The group assigns the partition: from here on the old owner's commits are refused. */
  constructor(
    readonly world: World,
    readonly receiver: Receiver,
    /** The others that are still at work. */
    readonly rivals: () => readonly Owner[],
  ) {
    this.generation = ++world.generation;
    this.acknowledged = world.commits.get(MAIN)!;
    this.reading = new Reading(this);
    if (world.broken === 'rows before epoch') this.readRows();
  }

  say(what: () => string): void {
    this.world.say(() => `owner ${this.generation}${this.stalled ? ' (stalled)' : ''} ${what()}`);
  }

  lane(name: string): Lane<ModelJob> | undefined {
    return this.lanes.get(name);
  }

  get isDrained(): boolean {
    const { state, attempts, pipeline, world } = this;
    return state === 'draining' && attempts.isEmpty && (pipeline.isIdle() || world.broken === 'hand over at once');
  }

  /** No new work; what is under way may end. */
  drain(): void {
    this.state = 'draining';
    this.attempts.drain();
    this.say(() => 'gives the partition up in good order');
  }

  lost(why: string): void {
    this.say(() => `${why}; it is gone`);
    this.world.count(why);
    this.state = 'gone';
  }

  actions(): Action[] {
    if (this.state === 'gone') return [];
    if (this.state === 'joined') return [{ kind: 'takeOver', run: () => this.takeOver() }];
    if (this.state === 'raised') return [{ kind: 'takeOver', run: () => this.prove() }];
    const actions = this.pipeline.actions();
    this.attempts.addActions(actions);
    if (this.state !== 'draining') this.reading.addActions(actions);
    return actions;
  }

  private takeOver(): void {
    this.epoch = this.world.table.raiseEpoch();
    this.state = 'raised';
    this.say(() => `raises the epoch to ${this.epoch}, has read the commit ${this.acknowledged.offset}`);
    if (this.world.broken !== 'rows before epoch') this.readRows();
    if (this.world.broken === 'no proof after epoch') this.begin();
  }

  /**
   * Is the generation still this owner's, after the epoch was raised? Then whoever is assigned later raises it later. If
   * not, it has stalled in between, and its epoch is the newest although others have worked meanwhile.
   */
  private prove(): void {
    if (this.world.generation === this.generation) this.begin();
    else this.lost('its take-over comes too late: another generation');
  }

  private readRows(): void {
    this.rows = [...this.world.table.lanes].map(([lane, { row, jobs }]) => ({ lane, row, head: core.refOf(jobs[0]!) }));
  }

  private begin(): void {
    const { broken } = this.world;
    this.state = 'loaded';
    this.say(() => `takes over ${this.rows.length} parked lanes`);
    for (const { lane, row: stored, head } of this.rows) {
      const settled = isFinished(this.acknowledged, head.offset) || broken === 'row is settled';
      const lost = broken === 'tell by attempt 0' && stored.attempts > 0 && stored.wakeUp === null;
      const row = lost ? { ...stored, wakeUp: { rung: 1, dueAt: -1 } } : stored;
      const [next, effects] = core.onTakenOver<ModelJob>(head, row, settled);
      const left = broken === 'do not resume' && next !== undefined;
      this.take(lane, 'onTakenOver', left ? [{ ...next, phase: 'waiting' }, []] : [next, effects]);
    }
  }

  /** Postgres committed it. @param head the lane's, after it. */
  written(name: string, write: LaneWrite<ModelJob>, head: ModelJob | null): void {
    const { broken } = this.world;
    const before = this.lanes.get(name);
    const settled = head !== null && isFinished(this.acknowledged, head.offset);
    const next = write.type === 'advance' && head !== null ? { job: head, settled } : null;
    const promoted = next !== null && broken === 'promote before settled' ? { ...next, settled: true } : next;
    this.take(name, 'onWritten', core.onWritten(before, promoted), write.type);
    if (write.type === 'park' && broken === 'again before settled') this.settled(write.jobs[0]!);
  }

  /** A commit with the job's finish was acknowledged. */
  settled(job: ModelJob): void {
    this.take(job.lane, 'onSettled', core.onSettled(this.lanes.get(job.lane), job));
  }

  /** A step of the core: the lane as it is now, and what is to be done. */
  take(name: string, event: string, [lane, effects]: Step<ModelJob, Effect<ModelJob>>, how = ''): void {
    this.world.count(`${event} ${how}${how && ': '}${phaseOf(this.lanes.get(name))} → ${phaseOf(lane)}`);
    if (lane === undefined) this.lanes.delete(name);
    else this.lanes.set(name, lane);
    if (lane?.row) this.checkMemory(name, lane);
    for (const effect of effects) {
      // What a drain keeps from beginning, the next owner begins.
      if (this.state === 'draining') break;
      if (this.world.broken === 'spilled is left' && lane?.row?.wakeUp === null && event !== 'onTakenOver') continue;
      if (effect.type === 'attempt') this.attempts.want(name, effect.job, effect.attempt);
      if (effect.type === 'hold') this.attempts.hold(name, effect.job);
    }
    this.pipeline.add(name, effects);
  }

  private checkMemory(name: string, { phase, head, followers }: Lane<ModelJob>): void {
    const { oracles } = this.world;
    oracles.check(
      'I6',
      phase !== 'waiting' || !('name' in head),
      () => `lane ${name} waits with a whole job in memory`,
    );
    oracles.check('I6', phase === 'writing' || followers.length === 0, () => `lane ${name} keeps followers in memory`);
  }
}

function phaseOf(lane: Lane<ModelJob> | undefined): string {
  if (lane === undefined) return 'none';
  if (lane.row === null) return `live ${lane.phase}`;
  return lane.phase === 'waiting' && !lane.settled ? 'parked unsettled' : `parked ${lane.phase}`;
}
