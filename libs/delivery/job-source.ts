import type { IncomingRecord } from '#libs/kafka';
import { LEDGER_WINDOW, type JobRef } from '#libs/ordering';
import { readLaneJob } from './lane-job.js';
import type { LaneJob } from './ports.js';
import { RecordSource, type SourcePlace } from './record-source.js';

const BOUNDS = { records: 2000, bytes: 1024 * 1024 };
/** Jobs of one partition in memory at a time, at most; the rest waits in the inbox and in Kafka. */
const MAX_UNFINISHED = 4000;
/** …and at most this many bytes of them. */
const MAX_UNFINISHED_BYTES = 8 * 1024 * 1024;

export interface JobDeps {
  /** What Postgres takes for an id. */
  isId(text: string): boolean;
  onJob(job: LaneJob): void;
  /** A record that a replayed router batch brought again. */
  onRepeat(): void;
  onUnreadable(record: IncomingRecord, why: string): void;
  /** False: what is taken in now would only wait in memory. */
  hasRoom(): boolean;
  /** The ledger moved by itself. */
  touch(): void;
}

interface Entry {
  readonly offset: number;
  readonly bytes: number;
  readonly record: IncomingRecord;
}

/** The jobs of one partition, as the router (or a redrive) wrote them. */
export class JobSource {
  readonly source: RecordSource<Entry>;
  /** Offsets taken in whose finish is not settled, with the bytes of the job. */
  private readonly unsettled = new Map<number, number>();
  private unfinishedBytes = 0;

  constructor(
    place: SourcePlace,
    private readonly deps: JobDeps,
  ) {
    this.source = new RecordSource<Entry>(place, {
      bounds: BOUNDS,
      entryOf: (record) => ({ offset: record.offset, bytes: record.value?.length ?? 0, record }),
      mayTake: () =>
        this.source.unfinished < MAX_UNFINISHED && this.unfinishedBytes < MAX_UNFINISHED_BYTES && deps.hasRoom(),
      take: ({ record }) => this.take(record),
    });
  }

  /** From 0 to 1: then no more is taken in. */
  get fullness(): number {
    const { unfinished, span } = this.source;
    return Math.max(unfinished / MAX_UNFINISHED, this.unfinishedBytes / MAX_UNFINISHED_BYTES, span / LEDGER_WINDOW);
  }

  finish(offset: number): void {
    this.source.finish(offset);
    this.unfinishedBytes -= this.unsettled.get(offset) ?? 0;
  }

  settled(offset: number): void {
    this.unsettled.delete(offset);
  }

  /** True when the job's record cannot be read again, whatever crashes: its finish is in an acknowledged commit. */
  isSettled({ offset }: JobRef): boolean {
    return !this.unsettled.has(offset) && this.source.isPast(offset);
  }

  private take(record: IncomingRecord): void {
    const { deps, source } = this;
    const job = readLaneJob(record);
    const tracked = source.track(record.offset, job.mark);
    if (tracked !== 'fresh') {
      if (tracked === 'repeat') deps.onRepeat();
      return deps.touch();
    }
    const bytes = record.value?.length ?? 0;
    this.unsettled.set(record.offset, bytes);
    this.unfinishedBytes += bytes;
    if ('undecodable' in job) return deps.onUnreadable(record, job.undecodable);
    const ids = [job.id, job.job.endpoint.id, job.job.event.projectId];
    if (ids.every((id) => deps.isId(id))) deps.onJob(job);
    else deps.onUnreadable(record, `deliveryId, endpoint.id and projectId must be UUIDs, they are ${ids.join(', ')}`);
  }
}
