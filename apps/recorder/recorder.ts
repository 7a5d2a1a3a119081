import { TOPICS, type Assignment, type Log, type RecordBatch } from '#libs/kafka';
import type { Tracing } from '#libs/runtime';
import { createLaneMemory, isRefused, type Finding, type HistoryWriter, type LaneMemory } from '#libs/storage';
import type { ChangeTeller } from './change-teller.js';
import { commitBatches } from './commit-batches.js';
import { Gathering } from './gathering.js';
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

/** Written together, in bytes as they were read; a batch by itself may be larger. */
const TOGETHER_BYTES = 4 * 1024 * 1024;

/**
 * Batches of attempts into the history: written in Postgres, then committed in Kafka. A crash in between brings records
 * again, which changes nothing; a failure brings the batch again, until it is written. Batches that come at the same
 * time, of whatever partitions, share a transaction and a commit.
 */
export class Recorder {
  /** Another recorder may have audited the lanes since the last assignment: every assignment remembers anew. */
  private readonly memories = new WeakMap<Assignment, LaneMemory>();
  private readonly gathering = new Gathering<RecordBatch>({ write: (batches) => this.write(batches), fit });
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
    if (batch.records.length === 0 || !this.memories.has(batch.assignment)) return;
    try {
      await this.gathering.add(batch);
      this.failing = null;
    } catch (cause) {
      this.failing ??= { since: this.deps.now(), error: cause };
      throw new Error('the history cannot be written; its records wait in Kafka', { cause });
    }
  }

  /** @param batches of one assignment. */
  private async write(batches: readonly RecordBatch[]): Promise<void> {
    const { history, metrics, changes, now, tracing } = this.deps;
    const memory = this.memories.get(batches[0]!.assignment)!;
    const began = now();
    const { readable, unreadable } = readRecords(batches);
    for (const { why, ...place } of unreadable) this.drop(place, { reason: why });
    await writeApart(readable, {
      write: async (placed: readonly PlacedRecord[]) => {
        const partitions = new Map(placed.map(({ record, partition }) => [record, partition]));
        const findings = await history.write([...partitions.keys()], memory, (record) => partitions.get(record)!);
        changes.note(placed.map(({ record }) => record.projectId));
        for (const finding of findings) this.tell(finding);
      },
      isRefused,
      drop: ({ partition, offset, record }, err) =>
        this.drop({ partition, offset }, { deliveryId: record.deliveryId, err }),
    });
    await commitBatches(batches);
    metrics.written(readable.length, (now() - began) / 1000);
    recordSpans(tracing, readable, { startedAt: began, endedAt: now() });
  }

  private drop(place: { readonly partition: number; readonly offset: number }, why: object): void {
    this.deps.metrics.dropped();
    const fields = { topic: TOPICS.attempts, ...place, ...why };
    this.deps.log.error(fields, 'an attempt record cannot be kept; the history lacks it');
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

/** As many as are of one assignment, and not too large together. */
function fit(batches: readonly RecordBatch[]): number {
  let bytes = 0;
  const end = batches.findIndex(({ assignment, records }, index) => {
    for (const { value } of records) bytes += value?.length ?? 0;
    return index > 0 && (assignment !== batches[0]!.assignment || bytes > TOGETHER_BYTES);
  });
  return end === -1 ? batches.length : end;
}
