import type { IncomingRecord } from '#libs/kafka';
import {
  OffsetLedger,
  onHoldOver,
  onJob,
  onSettled,
  onSkip,
  onVerdict,
  type Effect,
  type Lane,
  type Step,
  type Verdict,
} from '#libs/ordering';
import { applyEffects, type EffectHands, type EffectOwner } from './apply-effects.js';
import type { Outcome, Skip } from './attempt.js';
import { Inbox } from './inbox.js';
import { readLaneJob } from './lane-job.js';
import type { LaneJob, ProgressToCommit } from './ports.js';

/** Jobs of one partition in memory at a time, at most; the rest waits in the inbox and in Kafka. */
const MAX_UNFINISHED = 2000;
/** …and at most this many bytes of them. */
const MAX_UNFINISHED_BYTES = 8 * 1024 * 1024;

export interface PartitionWorkerDeps {
  readonly topic: string;
  readonly partition: number;
  /** The commit found when the partition was taken over. */
  readonly start: { readonly offset: number; readonly metadata: string };
  readonly hands: EffectHands;
  readonly fetching: { pause(): void; resume(): void };
  /** A record that is no job: to the dead-letter topic as it is, then finished. */
  bury(worker: PartitionWorker, record: IncomingRecord, why: string): void;
  /** A record that a replayed router batch brought again. */
  onRepeat(): void;
}

/**
 * The one owner of a partition number: all of its lanes live here, in one thread. It takes records in, asks the
 * ordering core what to do, and has the effects carried out.
 */
export class PartitionWorker implements EffectOwner {
  private readonly ledger: OffsetLedger;
  private readonly lanes = new Map<string, Lane<LaneJob>>();
  private readonly inbox: Inbox;
  private unfinishedBytes = 0;
  private moved = false;
  private stopped = false;

  constructor(private readonly deps: PartitionWorkerDeps) {
    this.ledger = new OffsetLedger(deps.start.offset, deps.start.metadata);
    this.inbox = new Inbox(deps.fetching);
  }

  accept(records: readonly IncomingRecord[]): void {
    if (this.stopped) return;
    this.inbox.add(records);
    this.pump();
  }

  /** No attempt starts any more; those in flight may still end and be settled. */
  stop(): void {
    this.stopped = true;
    this.inbox.clear();
  }

  get topic(): string {
    return this.deps.topic;
  }

  get partition(): number {
    return this.deps.partition;
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  /** What to commit, if anything moved since it was last asked. */
  takeProgress(): ProgressToCommit | undefined {
    if (!this.moved) return undefined;
    this.moved = false;
    return { topic: this.deps.topic, partition: this.deps.partition, ...this.ledger.progress() };
  }

  /** The attempt is over: the room's verdict, or nothing left to attempt. */
  attemptOver(laneJob: LaneJob, result: Outcome | Skip): void {
    const lane = this.lanes.get(laneJob.laneKey);
    if ('skip' in result) this.take(laneJob, onSkip(lane, laneJob, result.skip), null);
    else
      this.take(
        laneJob,
        onVerdict(lane, laneJob, untilTheLadderIsHere(result.verdict), { ladder: [0], now: 0 }),
        result,
      );
  }

  holdOver(laneJob: LaneJob): void {
    if (!this.stopped) this.take(laneJob, onHoldOver(this.lanes.get(laneJob.laneKey), laneJob), null);
  }

  finish(offset: number, bytes: number): void {
    this.ledger.finish(offset);
    this.unfinishedBytes -= bytes;
    this.moved = true;
  }

  settled(laneJob: LaneJob): void {
    this.take(laneJob, onSettled(this.lanes.get(laneJob.laneKey), laneJob), null);
    this.pump();
  }

  hasFollowers(laneJob: LaneJob): boolean {
    return (this.lanes.get(laneJob.laneKey)?.followers.length ?? 0) > 0;
  }

  /** Takes in what waits, as far as there is room: to be called whenever something was settled. */
  pump(): void {
    let record: IncomingRecord | undefined;
    while ((record = this.inbox.peek()) !== undefined && this.hasRoomFor(record.offset)) {
      this.inbox.drop();
      this.takeIn(record);
    }
  }

  private hasRoomFor(offset: number): boolean {
    const { ledger } = this;
    const inMemory = ledger.unfinished < MAX_UNFINISHED && this.unfinishedBytes < MAX_UNFINISHED_BYTES;
    return inMemory && !ledger.isBeyondWindow(offset);
  }

  private takeIn(record: IncomingRecord): void {
    const { hands } = this.deps;
    const laneJob = readLaneJob(record);
    const tracked = this.ledger.track(record.offset, laneJob.mark);
    if (tracked !== 'fresh') {
      if (tracked === 'repeat') this.deps.onRepeat();
      this.moved = true;
      return hands.settlement.touch();
    }
    const bytes = record.value?.length ?? 0;
    this.unfinishedBytes += bytes;
    if ('undecodable' in laneJob) return this.deps.bury(this, record, laneJob.undecodable);
    const lane = this.lanes.get(laneJob.laneKey);
    this.take(laneJob, onJob(lane, laneJob), null);
    // Its lane's head may be settling at leisure, because nobody waited for it until now.
    if (lane?.phase === 'settling') hands.settlement.hurry();
  }

  private take(laneJob: LaneJob, [lane, effects]: Step<LaneJob, Effect<LaneJob>>, outcome: Outcome | null): void {
    if (lane === undefined) this.lanes.delete(laneJob.laneKey);
    else this.lanes.set(laneJob.laneKey, lane);
    if (effects.length > 0) applyEffects(this.deps.hands, this, effects, outcome);
  }
}

/** The engine cannot park a lane yet: what would be retried is dead-lettered. */
function untilTheLadderIsHere(verdict: Verdict): Verdict {
  return verdict.type === 'retry' ? { type: 'refused', reason: verdict.reason } : verdict;
}
