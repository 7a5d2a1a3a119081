import type { Assignment, RecordBatch } from '#libs/kafka';
import { NO_LANES, type LaneCounts } from './lane-counts.js';
import type { TenureDeps } from './tenure-deps.js';
import { Tenure } from './tenure.js';

/** How long attempts in flight may take to end before they are aborted, in milliseconds. */
export interface DrainBounds {
  /** On a hand-over to another member: short, the whole group waits for it. */
  readonly rebalanceMs: number;
  /** On shutdown: an attempt may take its full time-out. */
  readonly shutdownMs: number;
}

/** Follows the consumer group's generations: one tenure each, drained before the next member may begin. */
export class DeliveryEngine {
  private tenure: Tenure | null = null;
  private shuttingDown = false;

  constructor(
    private readonly deps: TenureDeps,
    private readonly bounds: DrainBounds,
  ) {}

  onAssigned(assignment: Assignment): void {
    this.tenure?.discard();
    this.tenure = new Tenure(this.deps, assignment);
  }

  /** Awaited before the group is told that this member is ready for the next generation. */
  async onRevoked(): Promise<void> {
    const tenure = this.tenure;
    this.tenure = null;
    await tenure?.drain(this.shuttingDown ? this.bounds.shutdownMs : this.bounds.rebalanceMs);
  }

  /** The consumer died: somebody else may own the partitions already, so nothing more is written. */
  onDown(): void {
    this.tenure?.discard();
    this.tenure = null;
  }

  /** Hands the records to their partition's worker and returns at once. */
  accept(batch: RecordBatch): void {
    this.tenure?.accept(batch);
  }

  /** The endpoints' settings were read anew. */
  onSettings(): void {
    this.tenure?.resumeOff();
  }

  /** What the lanes of this process wait for. */
  get laneCounts(): LaneCounts {
    return this.tenure?.laneCounts ?? NO_LANES;
  }

  /** Why lanes wait for Postgres; null: they do not. */
  get waitsForStore(): Error | null {
    return this.tenure?.waitsForStore ?? null;
  }

  /** From now on a drain is the last one and may take its time. */
  prepareShutdown(): void {
    this.shuttingDown = true;
  }
}
