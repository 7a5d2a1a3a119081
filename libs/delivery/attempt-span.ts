import { eventAttributes, type Kind } from '#libs/contracts';
import { TOPICS } from '#libs/kafka';
import { sampled, type SpanAttributes, type Tracing } from '#libs/runtime';
import type { DueAttempt, Outcome, Skip } from './attempt.js';
import { addressOf } from './target-address.js';
import type { Wait } from './waits.js';

/** The span of an attempt, open; the receiver is given its trace context. */
export interface AttemptSpan {
  /** After a failure it says sampled. */
  readonly traceparent: string;
  /** @param endedAt Unix milliseconds. */
  end(result: Outcome | Skip, endedAt: number): void;
}

/**
 * One span for the attempt, and one for each thing that it waited for before. Whatever was attempted before has failed
 * before: its further attempts are sampled, also where the first one was not.
 */
export function startAttemptSpan(
  tracing: Pick<Tracing, 'start'>,
  kind: Kind,
  due: DueAttempt,
  startedAt: number,
): AttemptSpan {
  const { job, attempt, waits } = due;
  const context = job.traceparent;
  const parent = context !== null && attempt > 1 ? sampled(context) : context;
  const type = job.job.endpoint.endpointType;
  const span = tracing.start(parent, { name: `deliver ${type}`, kind: 'client', startedAt });
  return {
    get traceparent() {
      return span.traceparent;
    },
    end: (result, endedAt) => {
      span.end({ endedAt, failure: failureOf(result), attributes: () => attributesOf(kind, due, result) });
      if (!span.isRecorded || context === null) return;
      for (const wait of waits) waitSpan(tracing, sampled(context), due, wait, startedAt);
    },
  };
}

function waitSpan(
  tracing: Pick<Tracing, 'start'>,
  parent: string,
  due: DueAttempt,
  wait: Wait,
  attemptedAt: number,
): void {
  const { startedAt, endedAt, words } = timesOf(wait, due, attemptedAt);
  const { behind } = wait;
  tracing.start(parent, { name: 'wait', kind: 'internal', startedAt }).end({
    endedAt,
    attributes: () => ({
      ...namesOf(due),
      'recho.wait.cause': wait.cause,
      'recho.wait.description': words,
      'recho.wait.behind.event_id': behind?.eventId ?? undefined,
      'recho.wait.behind.event_type': behind?.eventType ?? undefined,
      'recho.wait.behind.delivery_id': behind?.deliveryId,
      'recho.rung': wait.rung,
    }),
  });
}

/** From when to when a wait was, in Unix milliseconds, and in words: "behind event X, 14.2 s". */
export function timesOf(
  wait: Wait,
  { job }: DueAttempt,
  attemptedAt: number,
): { readonly startedAt: number; readonly endedAt: number; readonly words: string } {
  const startedAt = wait.since ?? job.job.receivedAt;
  const endedAt = Math.max(startedAt, wait.until ?? attemptedAt);
  return { startedAt, endedAt, words: `${wordsOf(wait)}, ${((endedAt - startedAt) / 1000).toFixed(1)} s` };
}

function wordsOf({ cause, behind, rung }: Wait): string {
  switch (cause) {
    case 'predecessor':
      if (behind?.eventId == null) return `behind delivery ${behind?.deliveryId ?? 'unknown'}`;
      return `behind event ${behind.eventId} (${behind.eventType})`;
    case 'retry':
      return `on rung ${rung}`;
    case 'taken-over':
      return 'parked when the partition was taken over';
    case 'capacity':
      return 'for room';
  }
}

function failureOf(result: Outcome | Skip): string | null {
  if ('skip' in result || result.verdict.type === 'delivered') return null;
  return result.verdict.reason;
}

/** By which a trace is found, on every span that knows them. */
function namesOf({ job: { job }, attempt }: DueAttempt): SpanAttributes {
  return {
    ...eventAttributes(job.event),
    'recho.endpoint.id': job.endpoint.id,
    'recho.delivery.id': job.deliveryId,
    'recho.attempt': attempt,
  };
}

/**
 * By https://opentelemetry.io/docs/specs/semconv/http/http-spans/ and …/messaging/kafka/, and our own words under
 * `recho.`. Of the target the host alone: the path of a chat's webhook is its secret.
 */
function attributesOf(kind: Kind, due: DueAttempt, result: Outcome | Skip): SpanAttributes {
  const { job, attempt, waits } = due;
  return {
    ...namesOf(due),
    'messaging.system': 'kafka',
    'messaging.operation.name': 'deliver',
    'messaging.operation.type': 'process',
    'messaging.destination.name': TOPICS.jobs(kind),
    'messaging.consumer.group.name': `delivery-${kind}`,
    'messaging.kafka.offset': job.offset,
    'messaging.kafka.message.key': job.job.event.data.callId,
    'messaging.message.id': job.id,
    'messaging.message.body.size': job.bytes,
    'recho.redrive': job.job.redrive,
    'recho.rung': waits.find(({ rung }) => rung !== undefined)?.rung ?? (attempt === 1 ? 0 : undefined),
    ...('skip' in result
      ? { 'recho.verdict': 'skipped', 'recho.reason': result.skip }
      : {
          'recho.verdict': result.verdict.type,
          'recho.reason': failureOf(result) ?? undefined,
          'recho.auth_type': result.authType,
          'recho.key.id': result.keyId ?? undefined,
          ...addressOf(kind, result.target),
          ...(kind === 'email'
            ? { 'recho.smtp.response_code': result.responseStatus ?? undefined }
            : { 'http.request.method': 'POST', 'http.response.status_code': result.responseStatus ?? undefined }),
          'error.type': errorType(result),
        }),
  };
}

/** A status, or the code before the colon of a reason. */
function errorType(outcome: Outcome): string | undefined {
  const reason = failureOf(outcome);
  if (reason === null) return undefined;
  return outcome.responseStatus === null ? (/^[\w-]+/.exec(reason)?.[0] ?? 'unknown') : String(outcome.responseStatus);
}
