import {
  isEarly,
  isMeant,
  keepsRecords,
  onAbstained,
  onCommand,
  onCrowdedOut,
  onHoldOver,
  onJob,
  onResume,
  onSettled,
  onSkip,
  onSpill,
  onTakenOver,
  onVerdict,
  onWakeUp,
  onWritten,
  type Command,
  type Effect,
  type JobRef,
  type Ladder,
  type Lane,
  type Place,
  type Step,
  type WakeUpRecord,
} from '#libs/ordering';
import type { ParkedJob, ParkedLane, Trouble } from '#libs/storage';
import { applyEffects, type Cause, type EffectHands, type EffectOwner } from './apply-effects.js';
import type { Outcome, Skip } from './attempt.js';
import type { SpillCause } from './endpoint-share.js';
import { Holds } from './holds.js';
import { countLanes, type LaneCounts } from './lane-counts.js';
import { laneKeyOf, lanePartsOf } from './lane-job.js';
import { isWhole, type LaneJob } from './ports.js';
import { Waits, type Wait } from './waits.js';

export interface PartitionLanesDeps {
  readonly hands: EffectHands;
  readonly ladder: Ladder;
  /** Of this tenure in Postgres. */
  readonly epoch: number;
  after(ms: number, callback: () => void): void;
  /** The job's record cannot be read again, whatever crashes. */
  isSettled(job: JobRef): boolean;
  finishJob(offset: number): void;
  finishRecord(place: Place): void;
  jobsSettled(jobs: readonly JobRef[]): void;
  /** A head went to Postgres for want of room. */
  onSpilled(cause: SpillCause): void;
}

const NO_TROUBLE: Trouble = { reason: null, status: null, firstAttemptAt: null };
const NO_CAUSE: Cause = { outcome: null, hasRoom: false, trouble: NO_TROUBLE };
/** Why a head waits in Postgres although it is to be attempted. */
const SPILLED = {
  share: 'endpoint_busy: its share of attempts is in use; the event waits in Postgres and spends no retry',
  breaker: 'breaker_open: the endpoint failed many times in a row; the event waits in Postgres and spends no retry',
  fault: 'spilled: our own fault keeps it from being attempted; it waits in Postgres and spends no retry',
} as const;
/** A command whose head cannot be read is tried again after so long, in milliseconds. */
const COMMAND_AGAIN_MS = 1000;
/** The same for one whose lane is just being parked, in milliseconds. */
const COMMAND_EARLY_MS = 50;

/**
 * All lanes of one partition, live and parked, in one thread. What happens is asked of the ordering core, and what the
 * core wants is carried out.
 */
export class PartitionLanes implements EffectOwner {
  private readonly lanes = new Map<string, Lane<LaneJob>>();
  private readonly holds: Holds;
  private readonly waits: Waits;
  private stopped = false;

  constructor(private readonly deps: PartitionLanesDeps) {
    this.holds = new Holds(deps.hands.now);
    this.waits = new Waits(deps.ladder);
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  get epoch(): number {
    return this.deps.epoch;
  }

  get counts(): LaneCounts {
    return countLanes(this.lanes.values());
  }

  /** No attempt starts any more; those in flight may still end and be settled. */
  stop(): void {
    this.stopped = true;
  }

  takeOver(found: readonly ParkedLane[]): void {
    for (const { endpointId, callId, head, row } of found) {
      const laneKey = laneKeyOf(endpointId, callId);
      this.take(laneKey, onTakenOver(head, row, this.deps.isSettled(head)), NO_CAUSE);
    }
  }

  onJob(job: LaneJob): void {
    const lane = this.lanes.get(job.laneKey);
    this.take(job.laneKey, onJob(lane, job), NO_CAUSE);
    // Its lane's head may be settling at leisure, because nobody waited for it until now.
    if (lane?.phase === 'settling') this.deps.hands.settlement.hurry();
  }

  onDue(laneKey: string, wakeUp: WakeUpRecord): void {
    this.take(laneKey, onWakeUp(this.lanes.get(laneKey), wakeUp), NO_CAUSE);
  }

  /** A skipped head goes to the dead-letter topic, so it is read first. */
  async onCommand(laneKey: string, command: Command): Promise<void> {
    const lane = this.lanes.get(laneKey);
    if (lane !== undefined && isEarly(lane, command)) return this.commandAgain(laneKey, command, COMMAND_EARLY_MS);
    let job: LaneJob | null = null;
    if (command.type === 'skip' && lane !== undefined && isMeant(lane, command)) {
      job = isWhole(lane.head) ? lane.head : await this.deps.hands.load(laneKey, lane.head);
      if (job === null) return this.commandAgain(laneKey, command, COMMAND_AGAIN_MS);
    }
    if (!this.stopped) this.take(laneKey, onCommand(this.lanes.get(laneKey), command, job), NO_CAUSE);
  }

  private commandAgain(laneKey: string, command: Command, ms: number): void {
    this.deps.after(ms, () => {
      if (!this.stopped) void this.onCommand(laneKey, command);
    });
  }

  attemptOver(laneKey: string, job: LaneJob, result: Outcome | Skip): void {
    const lane = this.lanes.get(laneKey);
    if ('skip' in result) {
      this.holds.over(laneKey);
      return this.take(laneKey, onSkip(lane, job, result.skip), { ...NO_CAUSE, hasRoom: true });
    }
    const { verdict, responseStatus, startedAt } = result;
    if (verdict.type !== 'abstained') this.holds.over(laneKey);
    if (lane?.row != null) this.waits.attempted(laneKey, job);
    const reason = verdict.type === 'delivered' ? null : verdict.reason;
    this.take(laneKey, onVerdict(lane, job, verdict, { ladder: this.deps.ladder, now: this.deps.hands.now() }), {
      outcome: result,
      hasRoom: true,
      trouble: { reason, status: responseStatus, firstAttemptAt: job.firstAttemptAt ?? startedAt },
    });
  }

  notLoaded(laneKey: string, head: JobRef): void {
    this.take(laneKey, onAbstained(this.lanes.get(laneKey), head), NO_CAUSE);
  }

  hold(laneKey: string, head: LaneJob | JobRef): void {
    const { ms, isLong } = this.holds.next(laneKey);
    this.deps.after(ms, () => {
      if (this.stopped) return;
      if (isLong && isWhole(head)) this.spillHeld(laneKey, head);
      this.take(laneKey, onHoldOver(this.lanes.get(laneKey), head), NO_CAUSE);
    });
  }

  written(laneKey: string, next: ParkedJob | null): void {
    const head =
      next === null ? null : { job: { ...next, laneKey, firstAttemptAt: null }, settled: this.deps.isSettled(next) };
    this.take(laneKey, onWritten(this.lanes.get(laneKey), head), NO_CAUSE);
  }

  finish(job: JobRef): void {
    this.deps.finishJob(job.offset);
  }

  finishRecord(place: Place): void {
    this.deps.finishRecord(place);
  }

  settled(laneKey: string, jobs: readonly JobRef[]): void {
    this.deps.jobsSettled(jobs);
    for (const job of jobs) this.take(laneKey, onSettled(this.lanes.get(laneKey), job), NO_CAUSE);
  }

  isAwaited(laneKey: string): boolean {
    const lane = this.lanes.get(laneKey);
    if (lane === undefined) return false;
    if (lane.row !== null && lane.phase === 'waiting') return !lane.settled;
    return lane.row !== null || lane.phase === 'writing' || lane.followers.length > 0;
  }

  /**
   * The safety net, now and then: heads whose record was passed over (Kafka's log no longer had it), and wake-ups that
   * are lost.
   * @param isLost tells whether the wake-up that a lane waits for can still come.
   * @returns the lanes whose wake-up was lost; always 0, or something is wrong.
   */
  sweep(isLost: (rung: number, dueAt: number) => boolean): number {
    let lost = 0;
    for (const [laneKey, lane] of this.lanes) {
      if (lane.phase !== 'waiting' || lane.row === null) continue;
      if (!lane.settled) {
        if (this.deps.isSettled(lane.head)) this.take(laneKey, onSettled(lane, lane.head), NO_CAUSE);
      } else if (lane.row.wakeUp !== null && isLost(lane.row.wakeUp.rung, lane.row.wakeUp.dueAt)) {
        lost += 1;
        this.take(laneKey, onResume(lane), NO_CAUSE);
      }
    }
    return lost;
  }

  /** Lanes that wait for an endpoint that is off go on now: each of their jobs ends as skipped. */
  resumeOff(isOff: (endpointId: string) => boolean): void {
    for (const [laneKey, lane] of this.lanes) {
      if (isOff(lanePartsOf(laneKey)[0])) this.take(laneKey, onResume(lane), NO_CAUSE);
    }
  }

  keepsRecords(laneKey: string): boolean {
    const lane = this.lanes.get(laneKey);
    return lane !== undefined && keepsRecords(lane);
  }

  spill(laneKey: string, head: LaneJob | JobRef, cause: SpillCause, since: number): void {
    this.waits.spilled(laneKey, since);
    const reason = SPILLED[cause];
    // What the row of a parked lane says of its last attempt stays.
    const trouble = isWhole(head) ? { ...NO_TROUBLE, reason, firstAttemptAt: head.firstAttemptAt } : NO_TROUBLE;
    this.take(laneKey, onCrowdedOut(this.lanes.get(laneKey), head, reason), { ...NO_CAUSE, trouble });
    this.deps.onSpilled(cause);
  }

  private spillHeld(laneKey: string, head: LaneJob): void {
    const reason = SPILLED.fault;
    const trouble = { ...NO_TROUBLE, reason, firstAttemptAt: head.firstAttemptAt };
    this.take(laneKey, onSpill(this.lanes.get(laneKey), head, reason), { ...NO_CAUSE, trouble });
  }

  waited(laneKey: string): Wait | null {
    return this.waits.over(laneKey);
  }

  private take(laneKey: string, [lane, effects]: Step<LaneJob, Effect<LaneJob>>, cause: Cause): void {
    this.waits.step(laneKey, this.lanes.get(laneKey), lane);
    if (lane === undefined) {
      this.lanes.delete(laneKey);
      this.holds.over(laneKey);
    } else this.lanes.set(laneKey, lane);
    if (effects.length > 0 || cause.hasRoom) applyEffects(this.deps.hands, this, laneKey, effects, cause);
  }
}
