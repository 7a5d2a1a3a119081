import { decodeJob, laneIdOf, type Kind, type SourceMark } from '#libs/contracts';
import { decodeMark, HEADERS, headerText, type IncomingRecord } from '#libs/kafka';
import type { LaneJob } from './ports.js';

/** A record of `deliveries.<kind>` that is not a job: it goes to the dead-letter topic as it is. */
export interface Undecodable {
  readonly undecodable: string;
  readonly mark: SourceMark | null;
}

export function laneKeyOf(endpointId: string, callId: string): string {
  return `${endpointId}|${callId}`;
}

/** Endpoint and call of a lane's key. */
export function lanePartsOf(laneKey: string): [endpointId: string, callId: string] {
  const bar = laneKey.indexOf('|');
  return [laneKey.slice(0, bar), laneKey.slice(bar + 1)];
}

/** The id of a lane's row. */
export function laneIdFor(kind: Kind, partition: number, laneKey: string): string {
  return laneIdOf(kind, partition, ...lanePartsOf(laneKey));
}

/** Reads a job record; what is wrong with one that cannot be read is said in words. */
export function readLaneJob(record: IncomingRecord): LaneJob | Undecodable {
  const { value, headers, offset } = record;
  let mark: SourceMark | null = null;
  try {
    const markText = headerText(headers, HEADERS.mark);
    mark = markText === undefined ? null : decodeMark(markText);
    if (value === null) throw new Error('the record has no value');
    const job = decodeJob(value);
    return {
      id: job.deliveryId,
      offset,
      laneKey: laneKeyOf(job.endpoint.id, job.event.data.callId),
      job,
      bytes: value.length,
      mark,
      traceparent: headerText(headers, HEADERS.traceparent) ?? null,
      firstAttemptAt: null,
    };
  } catch (error) {
    return { undecodable: error instanceof Error ? error.message : String(error), mark };
  }
}
