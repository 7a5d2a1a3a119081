import type { Kind } from '#libs/contracts';
import { parseTraceparent } from '#libs/runtime';
import { timesOf } from './attempt-span.js';
import type { DueAttempt, Outcome, Skip } from './attempt.js';
import { addressOf } from './target-address.js';

/** The part of a logger that is used here. */
export interface AttemptLog {
  /** Left out: every level is written. */
  isLevelEnabled?(level: 'debug' | 'info' | 'warn'): boolean;
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}

/**
 * One line for each attempt, with all that is known of it but what may be a secret (the target's path, the body).
 * Its level says who should care: nobody (`info`), the endpoint's owner (`warn`: it failed), nobody yet (`debug`: it did
 * not count and is made again; a fault of ours has an `error` line of its own).
 * @param now Unix milliseconds.
 */
export function logAttempt(
  log: AttemptLog,
  kind: Kind,
  partition: number,
  due: DueAttempt,
  result: Outcome | Skip,
  now: number,
): void {
  const level = levelOf(result);
  // Thousands of attempts a second: for a line that nobody writes nothing is gathered.
  if (log.isLevelEnabled?.(level) === false) return;
  const { job: laneJob, attempt, waits } = due;
  const { job } = laneJob;
  const outcome = 'skip' in result ? null : result;
  const attemptedAt = outcome === null ? now : outcome.startedAt;
  const trace = outcome === null ? null : parseTraceparent(outcome.traceparent);
  // What is undefined is not written; one object with all of it costs a fraction of several that are spread.
  const fields = {
    kind,
    projectId: job.event.projectId,
    callId: job.event.data.callId,
    eventId: job.event.eventId,
    eventType: job.event.eventType,
    endpointId: job.endpoint.id,
    deliveryId: job.deliveryId,
    attempt,
    redrive: job.redrive,
    partition,
    offset: laneJob.offset,
    waited: waits.length === 0 ? undefined : waits.map((wait) => timesOf(wait, due, attemptedAt).words),
    verdict: outcome === null ? 'skipped' : outcome.verdict.type,
    reason: reasonOf(result),
    status: outcome?.responseStatus,
    durationMs: outcome?.durationMs,
    sinceEventMs: outcome === null ? undefined : outcome.startedAt + outcome.durationMs - job.receivedAt,
    host: outcome === null ? undefined : addressOf(kind, outcome.target)['server.address'],
    authType: outcome?.authType,
    keyId: outcome?.keyId ?? undefined,
    traceId: trace?.traceId,
    spanId: trace?.parentId,
  };
  log[level](fields, 'attempt');
}

function reasonOf(result: Outcome | Skip): string | undefined {
  if ('skip' in result) return result.skip;
  return result.verdict.type === 'delivered' ? undefined : result.verdict.reason;
}

function levelOf(result: Outcome | Skip): 'debug' | 'info' | 'warn' {
  if ('skip' in result || result.verdict.type === 'delivered') return 'info';
  return result.verdict.type === 'abstained' ? 'debug' : 'warn';
}
