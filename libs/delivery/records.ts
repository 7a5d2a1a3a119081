import { encodeJob, type AttemptRecord, type Kind } from '#libs/contracts';
import { HEADERS, headerText, TOPICS, type IncomingRecord } from '#libs/kafka';
import type { Effect } from '#libs/ordering';
import type { Outcome } from './attempt.js';
import type { LaneJob, RecordToSend } from './ports.js';

type Report = Extract<Effect<LaneJob>, { type: 'report' }>;
type DeadLetter = Extract<Effect<LaneJob>, { type: 'deadLetter' }>;
type SendWakeUp = Extract<Effect<LaneJob>, { type: 'sendWakeUp' }>;

/** The history's record of an attempt, or of an end without one. @param now Unix milliseconds. */
export function attemptRecord(partition: number, report: Report, outcome: Outcome | null, now: number): RecordToSend {
  const { job: laneJob, attempt, status, reason } = report;
  const { job, mark } = laneJob;
  // What is undefined is not written: an object with all fields costs less than one into which some are spread.
  const record: { [Field in keyof AttemptRecord]: AttemptRecord[Field] | undefined } = {
    v: 1,
    deliveryId: job.deliveryId,
    projectId: job.event.projectId,
    endpointId: job.endpoint.id,
    endpointName: job.endpoint.name,
    endpointType: job.endpoint.endpointType,
    callId: job.event.data.callId,
    eventId: job.event.eventId,
    eventType: job.event.eventType,
    receivedAt: job.receivedAt,
    attempt,
    redrive: job.redrive,
    verdict: outcome?.verdict.type ?? null,
    status,
    reason,
    startedAt: outcome?.startedAt ?? now,
    durationMs: outcome?.durationMs ?? 0,
    target: outcome?.target ?? job.endpoint.target,
    authType: outcome?.authType ?? job.authType,
    keyId: outcome?.keyId ?? undefined,
    responseStatus: outcome?.responseStatus ?? null,
    responseBody: outcome?.responseBody ?? null,
    mark,
    traceparent: outcome?.traceparent ?? laneJob.traceparent,
    event: attempt <= 1 ? job.event : null,
  };
  return { topic: TOPICS.attempts, partition, key: job.event.data.callId, value: JSON.stringify(record) };
}

/**
 * A job on a rung. What it is read for is in the headers: the job itself waits in Postgres; here it is a copy that an
 * operator can find when Postgres was lost.
 */
export function wakeUpRecord(
  kind: Kind,
  partition: number,
  { job: laneJob, attempts, wakeUp }: SendWakeUp,
): RecordToSend {
  return {
    topic: TOPICS.retry(kind, wakeUp.rung),
    partition,
    key: laneJob.job.event.data.callId,
    value: encodeJob(laneJob.job),
    headers: {
      [HEADERS.deliveryId]: laneJob.id,
      [HEADERS.endpointId]: laneJob.job.endpoint.id,
      [HEADERS.attempts]: String(attempts),
      [HEADERS.dueAt]: String(wakeUp.dueAt),
      ...traceOf(laneJob.traceparent),
    },
  };
}

/**
 * A job that ended undelivered, as it was routed, with the reason in its headers.
 * @param outcome of the last attempt; null when an operator ended it: what is not known then is empty, the history has it.
 */
export function deadLetterRecord(
  kind: Kind,
  partition: number,
  { job: laneJob, reason, attempts }: DeadLetter,
  outcome: Outcome | null,
): RecordToSend {
  const last = outcome?.startedAt ?? null;
  const first = laneJob.firstAttemptAt ?? last;
  const status = outcome?.responseStatus ?? null;
  return {
    topic: TOPICS.dlq(kind),
    partition,
    key: laneJob.job.event.data.callId,
    value: encodeJob(laneJob.job),
    headers: {
      [HEADERS.deliveryId]: laneJob.id,
      [HEADERS.reason]: reason,
      [HEADERS.attempts]: String(attempts),
      [HEADERS.lastStatus]: status === null ? '' : String(status),
      [HEADERS.firstAttemptAt]: timeOf(first),
      [HEADERS.lastAttemptAt]: timeOf(last),
      ...traceOf(outcome?.traceparent ?? laneJob.traceparent),
    },
  };
}

function timeOf(ms: number | null): string {
  return ms === null ? '' : new Date(ms).toISOString();
}

function traceOf(traceparent: string | null): Record<string, string> {
  return traceparent === null ? {} : { [HEADERS.traceparent]: traceparent };
}

/** A record that is no job: its bytes, the headers of ours that it had, why, and where it lay. */
export function undecodableRecord(
  kind: Kind,
  source: { readonly topic: string; readonly partition: number },
  record: IncomingRecord,
  why: string,
): RecordToSend {
  const kept = [HEADERS.mark, HEADERS.deliveryId, HEADERS.traceparent].flatMap((name) => {
    const text = headerText(record.headers, name);
    return text === undefined ? [] : [[name, text]];
  });
  return {
    topic: TOPICS.dlq(kind),
    partition: source.partition,
    key: record.key?.toString() ?? '',
    value: record.value ?? Buffer.alloc(0),
    headers: {
      ...(Object.fromEntries(kept) as Record<string, string>),
      [HEADERS.reason]: `undecodable_job: ${why}`,
      [HEADERS.attempts]: '0',
      [HEADERS.sourceTopic]: source.topic,
      [HEADERS.sourcePartition]: String(source.partition),
      [HEADERS.sourceOffset]: String(record.offset),
    },
  };
}
