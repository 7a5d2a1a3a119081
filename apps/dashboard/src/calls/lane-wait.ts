import { hasEnded, type CallItem, type Delivery } from '../api/history-types.js';

export interface LaneWait {
  /** The event that it waited behind. */
  readonly behind: string;
  readonly ms: number;
  /** False: it still waits. */
  readonly isOver: boolean;
}

/** What is shorter is no wait, but the way. */
const LEAST_MS = 100;

/**
 * What a delivery waited for: its call's event before it, at the same endpoint, when that ended only after this one was
 * received. Null: for nothing.
 * @param now Unix milliseconds: until then has waited what still waits.
 */
export function waitOf(items: readonly CallItem[], delivery: Delivery, now: number): LaneWait | null {
  const { endpointId, eventId, receivedAt, firstAttemptAt } = delivery;
  const at = items.findIndex((item) => item.eventId === eventId);
  const before = items
    .slice(0, at)
    .flatMap(({ deliveries }) => deliveries.filter((one) => one.endpointId === endpointId))
    .at(-1);
  if (before === undefined) return null;
  const received = Date.parse(receivedAt);
  if (hasEnded(before.status) && Date.parse(before.statusAt) <= received) return null;
  const ms = (firstAttemptAt === null ? now : Date.parse(firstAttemptAt)) - received;
  return ms < LEAST_MS ? null : { behind: before.eventType, ms, isOver: firstAttemptAt !== null };
}
