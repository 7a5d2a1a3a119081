import type { Assignment, Log, RecordBatch } from '#libs/kafka';
import type { Tracing } from '#libs/runtime';
import { createLaneMemory, isRefused, type Finding, type HistoryWriter, type LaneMemory } from '#libs/storage';
import type { ChangeTeller } from './change-teller.js';
import { commitBatch } from './commit-batch.js';
import type { RecorderMetrics } from './metrics.js';
import { recordSpans } from './record-spans.js';
import { readRecords, type PlacedRecord } from './read-records.js';
import { writeApart } from './write-apart.js';

export interface RecorderDeps {
  readonly history: Pick<HistoryWriter, 'write'>;
  readonly metrics: RecorderMetrics;
  readonly changes: Pick<ChangeTeller, 'note'>;
  readonly log: Log;
  readonly tracing: Pick<Tracing, 'isOn' | 'start'>;
  /** Unix milliseconds. */
  now(): number;
}

/**
 * Batches of attempts into the history: written in Postgres, then committed in Kafka. A crash in between brings records
 * again, which changes nothing; a failure brings the batch again, until it is written.
 */
export class Recorder {
  /** Another recorder may have audited the lanes since the last assignment: every assignment remembers anew. */
  private readonly memories = new WeakMap<Assignment, LaneMemory>();
  private failing: { readonly since: number; readonly error: unknown } | null = null;

  constructor(private readonly deps: RecorderDeps) {}

  onAssigned(assignment: Assignment): void {
    this.memories.set(assignment, createLaneMemory());
  }

  /** Since when the history cannot be written, and why; null while it can. */
  state(): { readonly since: number; readonly error: unknown } | null {
    return this.failing;
  }

  /** @throws when the batch cannot be written now; it comes again. */
  async record(batch: RecordBatch): Promise<void> {
    try {
      await this.recordBatch(batch);
      this.failing = null;
    } catch (cause) {
      this.failing ??= { since: this.deps.now(), error: cause };
      throw new Error('the history cannot be written; its records wait in Kafka', { cause });
    }
  }

  private async recordBatch(batch: RecordBatch): Promise<void> {
    const { topic, partition, records, assignment } = batch;
    const { history, metrics, changes, log, now } = this.deps;
    const memory = this.memories.get(assignment);
    if (memory === undefined || records.length === 0) return;
    const began = now();
    const drop = (offset: number, fields: object): void => {
      metrics.dropped();
      log.error({ topic, partition, offset, ...fields }, 'an attempt record cannot be kept; the history lacks it');
    };
    const { readable, unreadable } = readRecords(records);
    for (const { offset, why } of unreadable) drop(offset, { reason: why });
    await writeApart(readable, {
      write: async (placed: readonly PlacedRecord[]) => {
        const findings = await history.write(
          placed.map(({ record }) => record),
          memory,
          partition,
        );
        changes.note(placed.map(({ record }) => record.projectId));
        for (const finding of findings) this.tell(finding);
      },
      isRefused,
      drop: ({ offset, record }, err) => drop(offset, { deliveryId: record.deliveryId, err }),
    });
    await commitBatch(batch);
    metrics.written(readable.length, (now() - began) / 1000);
    recordSpans(this.deps.tracing, partition, readable, { startedAt: began, endedAt: now() });
  }

  private tell({ type, record, last }: Finding): void {
    if (type === 'repeat') return this.deps.metrics.repeatDelivered();
    this.deps.metrics.orderViolated();
    const { callId, endpointId, deliveryId, eventId, eventType, mark } = record;
    this.deps.log.error(
      { callId, endpointId, deliveryId, eventId, eventType, mark, after: last },
      `order violated: event ${eventId} of call ${callId} was delivered to endpoint ${endpointId} after ${last.eventId}, ` +
        'which was emitted later',
    );
  }
}
