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
  const attemptedAt = 'skip' in result ? now : result.startedAt;
  const names = {
    kind,
    projectId: job.event.projectId,
    callId: job.event.data.callId,
    eventId: job.event.eventId,
    eventType: job.event.eventType,
    endpointId: job.endpoint.id,
    deliveryId: job.deliveryId,
    attempt,
    ...(job.redrive !== undefined && { redrive: job.redrive }),
    partition,
    offset: laneJob.offset,
    ...(waits.length > 0 && { waited: waits.map((wait) => timesOf(wait, due, attemptedAt).words) }),
  };
  if ('skip' in result) return log[level]({ ...names, verdict: 'skipped', reason: result.skip }, 'attempt');
  const { verdict, startedAt, durationMs, target, authType, keyId, responseStatus, traceparent } = result;
  const trace = parseTraceparent(traceparent);
  const address = addressOf(kind, target);
  const fields = {
    ...names,
    verdict: verdict.type,
    ...(verdict.type !== 'delivered' && { reason: verdict.reason }),
    status: responseStatus,
    durationMs,
    sinceEventMs: startedAt + durationMs - job.receivedAt,
    host: address['server.address'],
    authType,
    ...(keyId !== null && { keyId }),
    ...(trace !== null && { traceId: trace.traceId, spanId: trace.parentId }),
  };
  log[level](fields, 'attempt');
}

function levelOf(result: Outcome | Skip): 'debug' | 'info' | 'warn' {
  if ('skip' in result || result.verdict.type === 'delivered') return 'info';
  return result.verdict.type === 'abstained' ? 'debug' : 'warn';
}
