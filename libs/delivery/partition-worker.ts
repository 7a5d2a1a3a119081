import type { IncomingRecord } from '#libs/kafka';
import type { Ladder } from '#libs/ordering';
import type { TakenPartition } from '#libs/storage';
import type { EffectHands } from './apply-effects.js';
import { CommandSource } from './command-source.js';
import type { SpillCause } from './endpoint-share.js';
import { JobSource } from './job-source.js';
import { NO_LANES, type LaneCounts } from './lane-counts.js';
import { PartitionLanes } from './partition-lanes.js';
import type { ProgressToCommit } from './ports.js';
import type { RecordSource, SourcePlace } from './record-source.js';
import { WakeUpSource } from './wake-up-source.js';

export interface PartitionWorkerDeps {
  readonly hands: EffectHands;
  readonly ladder: Ladder;
  /** The partition's place in each topic: of jobs, of each rung in order, of commands. */
  readonly places: {
    readonly jobs: SourcePlace;
    readonly rungs: readonly SourcePlace[];
    readonly commands: SourcePlace;
  };
  after(ms: number, callback: () => void): void;
  /** What Postgres takes for an id. */
  isId(text: string): boolean;
  /** A record that is not what its topic holds: to the dead-letter topic as it is; `finish` follows. */
  bury(place: SourcePlace, record: IncomingRecord, why: string, finish: () => void): void;
  /** A record that a replayed router batch brought again. */
  onRepeat(): void;
  /** See `PartitionLanesDeps`. */
  onSpilled(cause: SpillCause): void;
  /** A wake-up came so late, in milliseconds after it was due. */
  onWoken(lateMs: number): void;
}

/** A wake-up is long overdue after so long, in milliseconds. */
const LONG_OVERDUE_MS = 60_000;

/**
 * The one owner of a partition number: of its jobs, its rungs and its commands, and of the lanes that they make. Until
 * `begin` it only gathers, since nobody knows which lanes are parked.
 */
export class PartitionWorker {
  private lanes: PartitionLanes | null = null;
  private readonly jobs: JobSource;
  private readonly rungs: readonly WakeUpSource[];
  private readonly commands: CommandSource;
  private readonly sources: ReadonlyMap<
    string,
    Pick<RecordSource<never>, 'accept' | 'finish' | 'takeProgress' | 'stop'>
  >;
  private stopped = false;

  constructor(private readonly deps: PartitionWorkerDeps) {
    const { places, after, hands } = deps;
    const now = (): number => hands.now();
    const touch = (): void => hands.settlement.touch();
    this.jobs = new JobSource(places.jobs, {
      touch,
      isId: (text) => deps.isId(text),
      hasRoom: () => !hands.settlement.isStoreBusy,
      onRepeat: () => deps.onRepeat(),
      onJob: (job) => this.lanes?.onJob(job),
      onUnreadable: (record, why) =>
        deps.bury(places.jobs, record, why, () => {
          this.jobs.finish(record.offset);
          this.jobs.settled(record.offset);
        }),
    });
    this.rungs = places.rungs.map(
      (place, index) =>
        new WakeUpSource(place, {
          rung: index + 1,
          now,
          after,
          touch,
          onDue: (laneKey, wakeUp) => {
            deps.onWoken(now() - wakeUp.dueAt);
            this.lanes?.onDue(laneKey, wakeUp);
          },
          onUnreadable: (record, why) => this.bury(place, record, why),
        }),
    );
    this.commands = new CommandSource(places.commands, {
      touch,
      onCommand: (laneKey, command) => void this.lanes?.onCommand(laneKey, command),
      onUnreadable: (record, why) => this.bury(places.commands, record, why),
    });
    this.sources = new Map([this.jobs, ...this.rungs, this.commands].map(({ source }) => [source.place.topic, source]));
  }

  /** The partition is taken over in Postgres too. */
  begin({ epoch, lanes: found }: TakenPartition): void {
    if (this.stopped) return;
    const { hands, ladder, after } = this.deps;
    this.lanes = new PartitionLanes({
      hands,
      ladder,
      epoch,
      after,
      isSettled: (job) => this.jobs.isSettled(job),
      finishJob: (offset) => this.jobs.finish(offset),
      finishRecord: ({ topic, offset }) => this.sources.get(topic)?.finish(offset),
      onSpilled: (cause) => this.deps.onSpilled(cause),
      jobsSettled: (jobs) => {
        for (const { offset } of jobs) this.jobs.settled(offset);
      },
    });
    this.lanes.takeOver(found);
    this.pump();
  }

  accept(topic: string, records: readonly IncomingRecord[]): void {
    this.sources.get(topic)?.accept(records);
    this.pump();
  }

  /** Takes in what waits, as far as there is room: to be called whenever something was settled. */
  pump(): void {
    if (this.lanes === null) return;
    this.jobs.source.pump();
    for (const rung of this.rungs) rung.source.pump();
    this.commands.source.pump();
  }

  /** No attempt starts any more; those in flight may still end and be settled. */
  stop(): void {
    this.stopped = true;
    this.lanes?.stop();
    for (const source of this.sources.values()) source.stop();
  }

  takeProgress(): ProgressToCommit[] {
    return [...this.sources.values()].flatMap((source) => source.takeProgress() ?? []);
  }

  /** How full what it reads into is, from 0 to 1: then nothing more of some topic is taken in. */
  get fullness(): number {
    return this.rungs.reduce((most, rung) => Math.max(most, rung.fullness), this.jobs.fullness);
  }

  get laneCounts(): LaneCounts {
    return this.lanes?.counts ?? NO_LANES;
  }

  /** See `PartitionLanes.resumeOff`. */
  resumeOff(isOff: (endpointId: string) => boolean): void {
    if (!this.stopped) this.lanes?.resumeOff(isOff);
  }

  /** See `PartitionLanes.sweep`. A wake-up that is only late, behind others that are due or not read yet, is not lost. */
  sweep(): number {
    const overdueAt = this.deps.hands.now() - LONG_OVERDUE_MS;
    const isLost = (rung: number, dueAt: number): boolean =>
      dueAt < overdueAt && (this.rungs[rung - 1]?.isPast(dueAt) ?? true);
    return this.stopped ? 0 : (this.lanes?.sweep(isLost) ?? 0);
  }

  private bury(place: SourcePlace, record: IncomingRecord, why: string): void {
    this.deps.bury(place, record, why, () => this.sources.get(place.topic)?.finish(record.offset));
  }
}
