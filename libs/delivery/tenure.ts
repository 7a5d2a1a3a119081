import type { Kind } from '#libs/contracts';
import { FencedError, type Assignment, type IncomingRecord, type RecordBatch } from '#libs/kafka';
import type { EffectHands } from './apply-effects.js';
import { makeAttempt, type AttemptDeps, type Outcome, type Skip } from './attempt.js';
import { EndpointCapacity } from './endpoint-capacity.js';
import type { DeliveryMetrics } from './metrics.js';
import { PartitionWorker } from './partition-worker.js';
import type { LaneJob, ProgressToCommit, RecordToSend } from './ports.js';
import { undecodableRecord } from './records.js';
import { Settlement } from './settlement.js';

export interface TenureDeps {
  readonly kind: Kind;
  readonly attempt: AttemptDeps;
  readonly maxInFlight: number;
  readonly maxInFlightPerEndpoint: number;
  readonly metrics: DeliveryMetrics;
  readonly log: { info(fields: object, text: string): void; error(fields: object, text: string): void };
  send(records: RecordToSend[]): Promise<void>;
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
  /** Calls back after `ms`; a timer that keeps no process alive when left out. */
  after?(ms: number, callback: () => void): void;
}

/**
 * Everything one member does between being assigned partitions and giving them back. A new `Tenure` is made for each
 * generation of the group, so nothing of an old one can leak into the next.
 */
export class Tenure {
  private readonly workers = new Map<number, PartitionWorker>();
  private readonly settlement: Settlement;
  private readonly capacity: EndpointCapacity;
  private readonly abort = new AbortController();
  private inFlight = 0;
  private onNoneInFlight: (() => void) | null = null;
  private readonly after: (ms: number, callback: () => void) => void;

  constructor(
    private readonly deps: TenureDeps,
    private readonly assignment: Assignment,
  ) {
    this.after = deps.after?.bind(deps) ?? after;
    this.capacity = new EndpointCapacity(deps.maxInFlight, deps.maxInFlightPerEndpoint);
    this.settlement = new Settlement({
      send: (records) => deps.send(records),
      progress: () => this.takeProgress(),
      commit: (progress) => this.commit(progress),
      onError: (stage, error) => this.onSettlementError(stage, error),
      after: this.after,
    });
  }

  accept(batch: RecordBatch): void {
    let worker = this.workers.get(batch.partition);
    if (worker === undefined) {
      worker = this.takeOver(batch);
      this.workers.set(batch.partition, worker);
    }
    worker.accept(batch.records);
  }

  /**
   * Gives the partitions up in good order: no new attempt; those in flight may end, and are aborted after `boundMs`;
   * what ended is settled. What was aborted is attempted again by the next owner.
   */
  async drain(boundMs: number): Promise<void> {
    for (const worker of this.workers.values()) worker.stop();
    if (!(await this.noneInFlightWithin(boundMs))) {
      this.deps.log.info(
        { inFlight: this.inFlight, boundMs },
        'attempts did not end in time for the hand-over: aborted',
      );
      this.abort.abort();
      await this.noneInFlightWithin(1000);
    }
    await Promise.race([this.settlement.idle(), new Promise<void>((resolve) => this.after(boundMs, resolve))]);
    this.discard();
  }

  /** Gives up at once: the partitions are lost already, nothing of them may be written any more. */
  discard(): void {
    for (const worker of this.workers.values()) worker.stop();
    this.abort.abort();
    this.settlement.close();
  }

  private takeOver({ topic, partition, records }: RecordBatch): PartitionWorker {
    const committed = this.assignment.committed(topic, partition);
    return new PartitionWorker({
      topic,
      partition,
      start: committed ?? { offset: records[0]?.offset ?? 0, metadata: '' },
      hands: this.handsFor(partition),
      fetching: {
        pause: () => this.deps.pause(topic, partition),
        resume: () => this.deps.resume(topic, partition),
      },
      bury: (worker, record, why) => this.bury(worker, record, why),
      onRepeat: () => this.deps.metrics.repeatDropped(),
    });
  }

  private handsFor(partition: number): EffectHands {
    const { kind } = this.deps;
    return {
      kind,
      partition,
      settlement: this.settlement,
      capacity: this.capacity,
      attempt: (laneJob, attempt, over) => void this.attempt(laneJob, attempt, over),
      now: () => this.deps.attempt.now(),
      after: this.after,
    };
  }

  private async attempt(laneJob: LaneJob, attempt: number, over: (result: Outcome | Skip) => void): Promise<void> {
    this.inFlight += 1;
    const result = await makeAttempt(this.deps.attempt, laneJob, attempt, this.abort.signal);
    if (!('skip' in result)) this.deps.metrics.attempted(laneJob, result);
    over(result);
    // Only now: a drain that goes on when none is in flight finds all of them on their way to a commit.
    this.inFlight -= 1;
    if (this.inFlight === 0) this.onNoneInFlight?.();
  }

  private bury(worker: PartitionWorker, record: IncomingRecord, why: string): void {
    const { topic, partition } = worker;
    this.deps.log.error(
      { topic, partition, offset: record.offset, why },
      'a record that is no job goes to the dead-letter topic as it is',
    );
    const bytes = record.value?.length ?? 0;
    this.settlement.add(
      {
        records: [undecodableRecord(this.deps.kind, { topic, partition }, record, why)],
        finish: () => worker.finish(record.offset, bytes),
        settled: () => worker.pump(),
      },
      false,
    );
  }

  private takeProgress(): ProgressToCommit[] {
    return [...this.workers.values()].flatMap((worker) => worker.takeProgress() ?? []);
  }

  private async commit(progress: ProgressToCommit[]): Promise<void> {
    if (progress.length === 0) return;
    const startedAt = performance.now();
    await this.assignment.commit(progress);
    this.deps.metrics.committed(performance.now() - startedAt);
  }

  private onSettlementError(stage: 'send' | 'commit', error: unknown): void {
    if (error instanceof FencedError) {
      this.deps.log.info(
        { error: error.message },
        'another member owns the partitions now: what was not committed is theirs',
      );
      return this.discard();
    }
    this.deps.log.error({ stage, error }, `settling waits: the ${stage} failed and is tried again`);
  }

  private noneInFlightWithin(ms: number): Promise<boolean> {
    if (this.inFlight === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.onNoneInFlight = () => resolve(true);
      this.after(ms, () => resolve(false));
    });
  }
}

function after(ms: number, callback: () => void): void {
  setTimeout(callback, ms).unref();
}
