import { randomUUID } from 'node:crypto';
import type { Assignment, Log, OutgoingRecord, RecordBatch } from '#libs/kafka';
import type { Tracing } from '#libs/runtime';
import { Epochs } from './epochs.js';
import type { RouterMetrics } from './metrics.js';
import { RoutingProgress } from './progress.js';
import { routeBatch, type RoutingSettings } from './route-batch.js';
import { RouteSpans } from './route-spans.js';

export interface RouterDeps {
  readonly settings: RoutingSettings & {
    /** Read-your-writes: afterwards the snapshot holds every change committed before this call, unless `stale`. */
    refresh(): Promise<'fresh' | 'stale'>;
    state(): { readonly loadedAt: number | null };
  };
  readonly metrics: RouterMetrics;
  readonly log: Log;
  send(records: readonly OutgoingRecord[]): Promise<void>;
  readonly tracing: Tracing;
  /** Unix milliseconds. */
  now(): number;
}

interface Tenure {
  readonly epochs: Epochs;
  readonly progress: RoutingProgress;
}

/**
 * Exactly one job for each match, without transactions: a batch is routed, acknowledged, and only then its position
 * committed. What a crash makes us route again carries the same source marks, and the delivery side drops it.
 */
export class Router {
  private readonly tenures = new WeakMap<Assignment, Tenure>();

  constructor(private readonly deps: RouterDeps) {}

  onAssigned(assignment: Assignment): void {
    this.tenures.set(assignment, {
      epochs: new Epochs(assignment, randomUUID),
      progress: new RoutingProgress(assignment, (error) =>
        this.deps.log.error({ err: error }, 'positions could not be committed; they go with the next commit'),
      ),
    });
  }

  async onRevoked(assignment: Assignment): Promise<void> {
    await this.tenures.get(assignment)?.progress.flush();
  }

  /** @throws when the batch cannot be routed now; it comes again. */
  async route({ topic, partition, records, assignment }: RecordBatch): Promise<void> {
    const first = records[0];
    const last = records.at(-1);
    const tenure = this.tenures.get(assignment);
    if (first === undefined || last === undefined || tenure === undefined) return;
    const { settings, metrics } = this.deps;
    const [epoch, freshness] = await Promise.all([
      tenure.epochs.of(topic, partition, first.offset),
      settings.refresh(),
    ]);
    if (settings.state().loadedAt === null) {
      throw new Error(
        'projects and endpoints were never loaded: Postgres does not answer; events wait in Kafka meanwhile',
      );
    }
    const spans = new RouteSpans(this.deps.tracing, this.deps.now());
    const routed = routeBatch({ topic, partition, epoch, records }, settings, (parent) => spans.start(parent));
    await this.deps.send(routed.records);
    spans.end(partition, routed.events, this.deps.now());
    tenure.progress.reached(topic, partition, last.offset + 1, epoch);
    metrics.routed(records.length, routed.records, freshness);
    for (const reason of routed.rejected) {
      metrics.rejected(reason.code);
      this.deps.log.warn({ partition, code: reason.code, reason: reason.message }, 'an event was rejected');
    }
  }
}
