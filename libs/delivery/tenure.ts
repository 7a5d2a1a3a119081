import { isUuid } from '#libs/contracts';
import { FencedError, TOPICS, type Assignment, type IncomingRecord, type RecordBatch } from '#libs/kafka';
import { LaneFencedError, LaneMismatchError } from '#libs/storage';
import type { EffectHands } from './apply-effects.js';
import type { DueAttempt, Outcome, Skip } from './attempt.js';
import { logAttempt } from './attempt-line.js';
import { AttemptsUnderWay } from './attempts-under-way.js';
import { EndpointCapacity, type CapacityDeps } from './endpoint-capacity.js';
import { HeadLoader } from './head-loader.js';
import { addLanes, type LaneCounts } from './lane-counts.js';
import { laneIdFor } from './lane-job.js';
import { measureLoop } from './loop-load.js';
import { PartitionWorker } from './partition-worker.js';
import type { ProgressToCommit } from './ports.js';
import type { SourcePlace } from './record-source.js';
import { undecodableRecord } from './records.js';
import type { TenureDeps } from './tenure-deps.js';
import { Settlement, type Stage } from './settlement.js';
import { StoreHealth } from './store-health.js';
import { after } from './timer.js';

/** The pause before Postgres is asked again for the partitions, in milliseconds. */
const TAKE_OVER_AGAIN_MS = 500;
/** How often lost wake-ups are looked for, in milliseconds. */
export const SWEEP_EVERY_MS = 15_000;

/**
 * Everything one member does between being assigned partitions and giving them back. A new `Tenure` is made for each
 * generation of the group, so nothing of an old one can leak into the next.
 */
export class Tenure {
  private readonly workers = new Map<number, PartitionWorker>();
  private readonly settlement: Settlement;
  private readonly capacity: EndpointCapacity;
  private readonly loader: HeadLoader;
  private readonly attempts: AttemptsUnderWay;
  private ended = false;
  private readonly store: StoreHealth;
  private readonly after: (ms: number, callback: () => void) => void;

  constructor(
    private readonly deps: TenureDeps,
    private readonly assignment: Assignment,
  ) {
    this.after = deps.after?.bind(deps) ?? after;
    this.attempts = new AttemptsUnderWay(deps.attempt, this.after);
    this.store = new StoreHealth(deps.log);
    const { room, now, settings } = deps.attempt;
    const asked: CapacityDeps = {
      now,
      after: this.after,
      isOff: settings.isOff.bind(settings),
      isBusy: deps.isBusy?.bind(deps) ?? measureLoop(),
      roomToSpill: () => this.settlement.roomForSpills,
      longestHoldMs: deps.ladder.at(-1)!,
      health: deps.health,
    };
    this.capacity = new EndpointCapacity(deps.maxInFlight, asked, room.pace);
    this.loader = new HeadLoader({
      lanes: deps.lanes,
      onAnswer: () => this.store.worked(),
      onError: (error) => this.onStoreError('read parked heads', error),
      after: this.after,
    });
    this.settlement = new Settlement({
      send: (records) => deps.send(records).then(() => deps.metrics.sent(records)),
      write: async (writes) => {
        const results = await deps.lanes.write(writes);
        this.store.worked();
        return results;
      },
      progress: () => [...this.workers.values()].flatMap((worker) => worker.takeProgress()),
      commit: (progress) => this.commit(progress),
      onError: (stage, error) => this.onSettlementError(stage, error),
      // With no room left what is under way is not worth waiting for: what it may gather is little, and others wait for room.
      isMoreToCome: () => this.attempts.count > 0 && !this.capacity.isExhausted,
      onRoom: () => {
        this.capacity.storeHasRoom();
        for (const worker of this.workers.values()) worker.pump();
      },
      after: this.after,
    });
    for (const partition of assignment.partitions.get(TOPICS.jobs(deps.kind)) ?? []) {
      this.workers.set(partition, this.workerFor(partition));
    }
    void this.begin();
    this.sweepLater();
  }

  /** Why lanes wait for Postgres; null: they do not. */
  get waitsForStore(): Error | null {
    return this.store.waitsFor;
  }

  get laneCounts(): LaneCounts {
    return addLanes([...this.workers.values()].map((worker) => worker.laneCounts));
  }

  /** Endpoints may have been disabled or deleted: what waits for them ends as skipped, now. */
  resumeOff(): void {
    const { settings } = this.deps.attempt;
    for (const worker of this.workers.values()) worker.resumeOff((endpointId) => settings.isOff(endpointId));
    this.capacity.settingsChanged();
  }

  accept({ topic, partition, records }: RecordBatch): void {
    this.workers.get(partition)?.accept(topic, records);
  }

  /**
   * Gives the partitions up in good order: no new attempt; those in flight may end, and are aborted after `boundMs`;
   * what ended is settled. What was aborted is attempted again by the next owner.
   */
  async drain(boundMs: number): Promise<void> {
    this.attempts.stop();
    for (const worker of this.workers.values()) worker.stop();
    if (!(await this.attempts.noneWithin(boundMs))) {
      const { count: inFlight } = this.attempts;
      this.deps.log.info({ inFlight, boundMs }, 'attempts did not end in time for the hand-over: aborted');
      this.attempts.abort();
      await this.attempts.noneWithin(1000);
    }
    await Promise.race([this.settlement.idle(), new Promise<void>((resolve) => this.after(boundMs, resolve))]);
    this.discard();
  }

  /** Gives up at once: the partitions are lost already, nothing of them may be written any more. */
  discard(): void {
    this.ended = true;
    for (const worker of this.workers.values()) worker.stop();
    this.attempts.abort();
    this.settlement.close();
  }

  /** Nothing is attempted before the parked lanes are known: a lane's row is what says who must wait. */
  private async begin(): Promise<void> {
    const partitions = [...this.workers.keys()];
    if (partitions.length === 0) return;
    const startedAt = performance.now();
    while (!this.ended) {
      try {
        const taken = await this.deps.lanes.takeOver(partitions);
        // Only a proof that comes after the epoch was raised counts. Raised by a process that was stopped before it, and
        // lost its partitions meanwhile, the epoch would fence their owner, and lanes would be driven by old commits.
        await this.assignment.confirm();
        if (this.ended) return;
        this.store.worked();
        this.store.hasBegun();
        for (const [partition, found] of taken) this.workers.get(partition)?.begin(found);
        this.resumeOff();
        const ms = Math.round(performance.now() - startedAt);
        this.deps.log.info({ partitions, parkedLanes: this.laneCounts.parked, ms }, 'partitions are taken over');
        return;
      } catch (error) {
        if (error instanceof FencedError) return this.fenced(error);
        this.onStoreError('take the partitions over', error);
        await new Promise<void>((resolve) => this.after(TAKE_OVER_AGAIN_MS, resolve));
      }
    }
  }

  private workerFor(partition: number): PartitionWorker {
    const { kind, ladder, metrics } = this.deps;
    const place = (topic: string): SourcePlace => ({
      topic,
      partition,
      committed: this.assignment.committed(topic, partition),
      endOffset: this.assignment.endOffset(topic, partition),
      fetching: {
        pause: () => this.deps.pause(topic, partition),
        resume: () => this.deps.resume(topic, partition),
      },
    });
    return new PartitionWorker({
      hands: this.handsFor(partition),
      ladder,
      places: {
        jobs: place(TOPICS.jobs(kind)),
        rungs: ladder.map((_, index) => place(TOPICS.retry(kind, index + 1))),
        commands: place(TOPICS.commands(kind)),
      },
      after: this.after,
      isId: this.deps.isId?.bind(this.deps) ?? isUuid,
      bury: (where, record, why, finish) => this.bury(where, record, why, finish),
      onRepeat: () => metrics.repeatDropped(),
      onSpilled: (cause) => metrics.spilled(cause),
      onWoken: (lateMs) => metrics.woken(lateMs),
    });
  }

  private handsFor(partition: number): EffectHands {
    const { kind } = this.deps;
    return {
      kind,
      partition,
      settlement: this.settlement,
      capacity: this.capacity,
      attempt: (job, attempt, waits, over) => this.attempt(partition, { job, attempt, waits }, over),
      load: async (laneKey, head) => {
        const found = await this.loader.load(laneIdFor(kind, partition, laneKey), head);
        return found && { ...found, laneKey };
      },
      fullness: () => this.workers.get(partition)?.fullness ?? 0,
      now: () => this.deps.attempt.now(),
    };
  }

  private attempt(partition: number, due: DueAttempt, over: (result: Outcome | Skip) => void): void {
    this.attempts.make(due, (result) => {
      if (!('skip' in result)) {
        this.deps.metrics.attempted(due.job, result);
        this.tellCapacity(due, result);
      }
      logAttempt(this.deps.attemptLog, this.deps.kind, partition, due, result, this.deps.attempt.now());
      over(result);
    });
  }

  private tellCapacity({ job: { job }, attempt }: DueAttempt, result: Outcome): void {
    const { signal, holdMs, startedAt, durationMs, verdict } = result;
    const endpoint = { id: job.endpoint.id, projectId: job.event.projectId };
    if (holdMs !== null) this.capacity.hold(endpoint.id, holdMs);
    if (signal === null) return;
    const reason = verdict.type === 'delivered' ? null : verdict.reason;
    const endedAt = startedAt + durationMs;
    this.capacity.told(endpoint, { signal, startedAt, endedAt, isFirst: attempt === 1, reason });
  }

  private bury(place: SourcePlace, record: IncomingRecord, why: string, finish: () => void): void {
    const { topic, partition } = place;
    this.deps.log.error(
      { topic, partition, offset: record.offset, why },
      'a record that cannot be read goes to the dead-letter topic as it is',
    );
    this.settlement.add(
      {
        records: [undecodableRecord(this.deps.kind, { topic, partition }, record, why)],
        writes: [],
        finish,
        settled: () => undefined,
      },
      false,
    );
  }

  private async commit(progress: ProgressToCommit[]): Promise<void> {
    if (progress.length === 0) return;
    const startedAt = performance.now();
    await this.assignment.commit(progress);
    this.deps.metrics.committed(performance.now() - startedAt);
  }

  private onSettlementError(stage: Stage, error: unknown): void {
    if (error instanceof FencedError) return this.fenced(error);
    if (error instanceof LaneFencedError || error instanceof LaneMismatchError) {
      const why =
        error instanceof LaneFencedError
          ? 'Postgres says that another process owns the partitions'
          : 'Postgres holds other lanes than this process believes';
      this.deps.log.error({ error: error.message }, `${why}; joining the group again to take them over anew`);
      this.discard();
      return this.deps.lost(error);
    }
    this.deps.metrics.failed(stage);
    if (stage === 'write') return this.onStoreError('write parked lanes', error);
    this.deps.log.error({ stage, error }, `settling waits: the ${stage} failed and is tried again`);
  }

  private fenced(error: FencedError): void {
    const words = 'another member owns the partitions now: what was not committed is theirs';
    this.deps.log.info({ error: error.message }, words);
    this.discard();
  }

  private onStoreError(what: string, error: unknown): void {
    if (!this.ended) this.store.failed(what, error);
  }

  private sweepLater(): void {
    this.after(SWEEP_EVERY_MS, () => {
      if (this.ended) return;
      const lost = sum([...this.workers.values()].map((worker) => worker.sweep()));
      if (lost > 0) {
        this.deps.metrics.overdue(lost);
        this.deps.log.error({ lost }, 'wake-ups of parked lanes were lost; the sweep resumed their lanes');
      }
      // A lane that was just being parked when its endpoint was switched off.
      this.resumeOff();
      this.sweepLater();
    });
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
