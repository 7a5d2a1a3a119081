import type { AttemptRecord, DeliveryStatus } from '#libs/contracts';

/** A delivery as some of its records tell it. */
export interface DeliveryState {
  /** What does not change over the delivery's life is read from here. */
  readonly record: AttemptRecord;
  readonly status: DeliveryStatus;
  /** Unix milliseconds. */
  readonly statusAt: number;
  readonly reason: string | null;
  readonly responseStatus: number | null;
  /** The highest number of an attempt. */
  readonly attempts: number;
  readonly firstAttemptAt: number | null;
  readonly lastAttemptAt: number | null;
  readonly event: AttemptRecord['event'];
}

/** Nothing follows these, but an operator's redrive. */
export const TERMINAL: readonly DeliveryStatus[] = ['delivered', 'dead_lettered', 'skipped'];

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
  const { status, startedAt, reason, responseStatus, attempt, event } = record;
  const attemptAt = attempt === 0 ? null : startedAt;
  return {
    record,
    status,
    statusAt: startedAt,
    reason,
    responseStatus,
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
    attempts: Math.max(before.attempts, next.attempts),
    firstAttemptAt: pick(Math.min, before.firstAttemptAt, next.firstAttemptAt),
    lastAttemptAt: pick(Math.max, before.lastAttemptAt, next.lastAttemptAt),
    event: before.event ?? next.event,
  };
}

/**
 * The rule of which status counts; `deliveries.ts` has the same one in SQL. The later one does. Clocks of two delivery
 * services may differ, so a higher attempt number is later whatever its time (a redrive counts from 1 again, but hours
 * later). At the same millisecond an end is later than what is no end.
 */
export function supersedes(next: DeliveryState, before: DeliveryState): boolean {
  if (next.attempts > before.attempts || next.statusAt > before.statusAt) return true;
  return next.statusAt === before.statusAt && (TERMINAL.includes(next.status) || !TERMINAL.includes(before.status));
}

function pick(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : choose(a, b);
}
