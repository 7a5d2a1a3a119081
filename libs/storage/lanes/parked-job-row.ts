import { decodeJob, encodeJob } from '#libs/contracts';
import type { Column } from '../history/batch-insert.js';
import type { ParkedJob } from './lane-store.js';

export interface JobOfLane {
  readonly laneId: string;
  readonly job: ParkedJob;
}

export const JOB_COLUMNS: readonly Column<JobOfLane>[] = [
  { name: 'lane_id', type: 'uuid', value: (r) => r.laneId },
  { name: 'delivery_id', type: 'uuid', value: (r) => r.job.id },
  { name: 'main_offset', type: 'bigint', value: (r) => r.job.offset },
  // JSON escapes U+0000, which Postgres cannot keep: what comes back is the very same job.
  { name: 'job', type: 'text', value: (r) => encodeJob(r.job.job) },
  { name: 'event_id', type: 'text', value: (r) => r.job.job.event.eventId },
  { name: 'event_type', type: 'text', value: (r) => r.job.job.event.eventType },
  { name: 'source_epoch', type: 'text', value: (r) => r.job.mark?.epoch },
  { name: 'source_offset', type: 'bigint', value: (r) => r.job.mark?.offset },
  { name: 'source_ordinal', type: 'bigint', value: (r) => r.job.mark?.ordinal },
  { name: 'traceparent', type: 'text', value: (r) => r.job.traceparent },
];

/** What is read of a parked job `j`, in the order of `ParkedJobRow`. */
export const PARKED_JOB = `j.delivery_id, j.main_offset::float8, j.job, j.source_epoch, j.source_offset::float8,
  j.source_ordinal::float8, j.traceparent`;

export type ParkedJobRow = readonly [
  id: string,
  offset: number,
  job: string,
  epoch: string | null,
  sourceOffset: number,
  ordinal: number,
  traceparent: string | null,
];

export function parkedJobOf([id, offset, text, epoch, sourceOffset, ordinal, traceparent]: ParkedJobRow): ParkedJob {
  const encoded = Buffer.from(text);
  return {
    id,
    offset,
    job: decodeJob(encoded),
    bytes: encoded.length,
    mark: epoch === null ? null : { epoch, offset: sourceOffset, ordinal },
    traceparent,
  };
}
