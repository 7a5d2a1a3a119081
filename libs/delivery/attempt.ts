import type { AuthType } from '#libs/contracts';
import type { Verdict } from '#libs/ordering';
import type { Tracing } from '#libs/runtime';
import { startAttemptSpan } from './attempt-span.js';
import { UnrenderableError, type Answer, type CurrentEndpoint, type Destination, type Permit } from './destination.js';
import { signalOf, type Signal } from './endpoint-signal.js';
import type { EndpointSettings, LaneJob, Ownership } from './ports.js';
import type { Wait } from './waits.js';

const NOT_SHOWN = '(not shown)';
/** The shortest beginning of a token that is worth hiding, in characters. */
const SHORTEST_TELLING = 4;

/** An attempt that was made (or that our own fault kept from being made: `abstained`). */
export interface Outcome {
  readonly verdict: Verdict;
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly target: string;
  readonly authType: AuthType;
  /** Of the signature; null: not signed. */
  readonly keyId: string | null;
  readonly responseStatus: number | null;
  readonly responseBody: string | null;
  readonly traceparent: string;
  /** How long the endpoint as a whole asked not to be called, in milliseconds; null: it did not. */
  readonly holdMs: number | null;
  /** What it says of the endpoint; null: nothing. */
  readonly signal: Signal | null;
}

/** The endpoint is gone or disabled: there is nothing to attempt. */
export interface Skip {
  readonly skip: string;
}

export interface AttemptDeps {
  readonly room: Destination<unknown>;
  readonly settings: EndpointSettings;
  readonly ownership: Ownership;
  /** An owner that was not heard for this long may have lost its partitions, in milliseconds. */
  readonly sessionTimeoutMs: number;
  /** Unix milliseconds. */
  now(): number;
  readonly tracing: Pick<Tracing, 'isOn' | 'start'>;
  /** A fault of ours that an operator must hear of. */
  onFault(error: unknown, laneJob: LaneJob): void;
}

/** An attempt that is to be made. */
export interface DueAttempt {
  readonly job: LaneJob;
  /** From 1. */
  readonly attempt: number;
  /** What it waited for, in the order of time. */
  readonly waits: readonly Wait[];
}

/**
 * One attempt at the destination. Never rejects: our own faults are `abstained`.
 * @param leave of the partition's owner: withdrawn, nothing that waits anywhere on the way is sent any more.
 */
export function makeAttempt(deps: AttemptDeps, due: DueAttempt, leave: Permit): Promise<Outcome | Skip> {
  const startedAt = deps.now();
  if (deps.tracing.isOn) return makeTracedAttempt(startedAt, deps, due, leave);
  const { traceparent } = deps.tracing.start(due.job.traceparent, { name: '', kind: 'client', startedAt });
  return attemptWithin(traceparent, startedAt, deps, due, leave);
}

async function makeTracedAttempt(
  startedAt: number,
  deps: AttemptDeps,
  due: DueAttempt,
  leave: Permit,
): Promise<Outcome | Skip> {
  const span = startAttemptSpan(deps.tracing, deps.room.kind, due, startedAt);
  const result = await attemptWithin(span.traceparent, startedAt, deps, due, leave);
  span.end(result, deps.now());
  // A failure has its trace recorded from here on: the history's record of it too.
  const { traceparent } = span;
  return 'skip' in result || result.traceparent === traceparent ? result : { ...result, traceparent };
}

async function attemptWithin(
  traceparent: string,
  startedAt: number,
  deps: AttemptDeps,
  { job: laneJob, attempt }: DueAttempt,
  leave: Permit,
): Promise<Outcome | Skip> {
  const { job } = laneJob;
  let endpoint: CurrentEndpoint | undefined;
  // A process that was stopped and continued may have lost its partitions without knowing it yet.
  const isOwner = (): boolean => deps.ownership.heartbeatAgeMs() < deps.sessionTimeoutMs;
  const isWithdrawn = (): boolean => leave.signal.aborted || !leave.mayStart();
  const permit: Permit = { signal: leave.signal, mayStart: () => !isWithdrawn() && isOwner() };
  const end = (verdict: Verdict, answer?: Answer): Outcome => {
    const holdMs = (answer && deps.room.askedToWaitMs?.(answer, deps.now())) ?? null;
    return {
      verdict,
      startedAt,
      durationMs: deps.now() - startedAt,
      target: endpoint?.target ?? job.endpoint.target,
      authType: endpoint?.authType ?? job.authType,
      keyId: endpoint?.signingKey?.id ?? null,
      responseStatus: answer?.status ?? null,
      responseBody: masked(answer?.body ?? null, endpoint?.bearerToken ?? null),
      traceparent,
      holdMs,
      signal: signalOf(verdict, answer, holdMs),
    };
  };
  try {
    // Read-your-writes: settings at least as new as those the router matched with.
    const upToDate =
      deps.settings.version() >= job.configVersion || (await deps.settings.ensureVersion(job.configVersion));
    endpoint = deps.settings.current(job.endpoint.id);
    if (endpoint === undefined) {
      if (upToDate) return { skip: 'endpoint_deleted: the endpoint was deleted after the event was routed' };
      return end({ type: 'abstained', reason: 'settings_missing: Postgres is away and the endpoint is not known yet' });
    }
    if (!endpoint.enabled) return { skip: 'endpoint_disabled: the endpoint is disabled' };
    const request = deps.room.render({ job, endpoint, attempt, traceparent });
    // The last look before the room; the room asks again after its own waiting.
    if (isWithdrawn()) return end({ type: 'abstained', reason: 'aborted: the partition is handed over' });
    if (!isOwner()) {
      return end({ type: 'abstained', reason: 'ownership_unsure: no heartbeat within the session time-out' });
    }
    const answer = await deps.room.send(request, permit);
    return end(deps.room.classify(answer, deps.now()), answer);
  } catch (error) {
    if (error instanceof UnrenderableError) return end({ type: 'refused', reason: `unrenderable: ${error.message}` });
    deps.onFault(error, laneJob);
    return end({ type: 'abstained', reason: 'internal_error: see the log of the delivery service' });
  }
}

/** A receiver that answers with what it was sent must not plant the endpoint's token in Kafka and the history. */
function masked(body: string | null, token: string | null): string | null {
  if (body === null || !token) return body;
  const whole = body.replaceAll(token, NOT_SHOWN);
  // A body is cut where it gets too long to keep, which may be within the token.
  for (let length = token.length - 1; length >= SHORTEST_TELLING; length--) {
    if (whole.endsWith(token.slice(0, length))) return whole.slice(0, -length) + NOT_SHOWN;
  }
  return whole;
}
