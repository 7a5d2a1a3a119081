import { TERMINAL_STATUSES, type AttemptRecord, type DeliveryStatus } from '#libs/contracts';
import { isAttempt } from './attempts.js';

/** A delivery as some of its records tell it. */
export interface DeliveryState {
  /** What does not change over the delivery's life is read from here. */
  readonly record: AttemptRecord;
  readonly status: DeliveryStatus;
  /** Unix milliseconds. */
  readonly statusAt: number;
  readonly reason: string | null;
  readonly responseStatus: number | null;
  /** How often it was sent again. */
  readonly redrives: number;
  /** The highest number of an attempt, since it was sent again last. */
  readonly attempts: number;
  /** Of all its life. */
  readonly firstAttemptAt: number | null;
  readonly lastAttemptAt: number | null;
  readonly event: AttemptRecord['event'];
}

/**
 * Folds records into one state for each delivery. Records of a delivery come in their order, but a stretch of them may
 * come again at any time, so what is known already must not undo what came after it.
 */
export function foldDeliveries(records: readonly AttemptRecord[]): readonly DeliveryState[] {
  const states = new Map<string, DeliveryState>();
  for (const record of records) {
    const key = `${record.deliveryId}/${record.receivedAt}`;
    const before = states.get(key);
    const next = stateOf(record);
    states.set(key, before === undefined ? next : merge(before, next));
  }
  return [...states.values()];
}

function stateOf(record: AttemptRecord): DeliveryState {
  const { status, startedAt, reason, responseStatus, attempt, redrive = 0, event } = record;
  const attemptAt = isAttempt(record) ? startedAt : null;
  return {
    record,
    status,
    statusAt: startedAt,
    reason,
    responseStatus,
    redrives: redrive,
    attempts: attempt,
    firstAttemptAt: attemptAt,
    lastAttemptAt: attemptAt,
    event: event ?? null,
  };
}

function merge(before: DeliveryState, next: DeliveryState): DeliveryState {
  const { status, statusAt, reason, responseStatus } = supersedes(next, before) ? next : before;
  return {
    record: before.record,
    status,
    statusAt,
    reason,
    responseStatus,
    redrives: Math.max(before.redrives, next.redrives),
    attempts: attemptsOf(before, next),
    firstAttemptAt: pick(Math.min, before.firstAttemptAt, next.firstAttemptAt),
    lastAttemptAt: pick(Math.max, before.lastAttemptAt, next.lastAttemptAt),
    event: before.event ?? next.event,
  };
}

function attemptsOf(before: DeliveryState, next: DeliveryState): number {
  if (before.redrives === next.redrives) return Math.max(before.attempts, next.attempts);
  return before.redrives > next.redrives ? before.attempts : next.attempts;
}

/** The rule of which status counts; `deliveries.ts` has the same one in SQL. */
function supersedes(next: DeliveryState, before: DeliveryState): boolean {
  const [ahead, behind] = [placeOf(next), placeOf(before)];
  const first = ahead.findIndex((part, index) => part !== behind[index]);
  return first === -1 || ahead[first]! > behind[first]!;
}

/**
 * A state's place among all that a delivery goes through, compared part by part. A total order, so that whatever comes
 * again, in whatever grouping, changes nothing:
 * - A redrive begins anew, whatever the numbers and clocks of the run before it say.
 * - Within a run, waiting comes before the first attempt, whoever's clock told its time; told again after a crash it
 *   does not hide the attempts that were made. (`pending` is the redrive itself.)
 * - Then the later one. Clocks of two delivery services may differ, but the next attempt is never made before it is due
 *   by its maker's own clock, and its due time lies behind the attempt before.
 * - At the same millisecond an end is later than what is no end.
 */
function placeOf({ redrives, status, statusAt, attempts }: DeliveryState): readonly number[] {
  const ended = TERMINAL_STATUSES.includes(status);
  const stage = attempts > 0 || ended ? 2 : status === 'pending' ? 0 : 1;
  return [redrives, stage, statusAt, ended ? 1 : 0, attempts];
}

function pick(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : choose(a, b);
}
