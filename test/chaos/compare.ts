import { MAX_ATTEMPTS, type Exchange } from '../harness/exchange.js';
import type { RecordedAttempt, RecordedDelivery } from '../harness/history.js';

export interface Comparison {
  /** Deliveries in the history. */
  readonly recorded: { readonly delivered: number; readonly dead: number; readonly others: number };
  /** In sentences: where the history says otherwise than the receiver. */
  readonly disagreements: readonly string[];
}

/** Holds the history against what the receiver answered last to each delivery. */
export function compareWithHistory(exchanges: Iterable<Exchange>, deliveries: readonly RecordedDelivery[]): Comparison {
  const seen = new Map<string, Exchange>();
  for (const exchange of exchanges) seen.set(exchange.deliveryId, exchange);
  const recorded = { delivered: 0, dead: 0, others: 0 };
  const disagreements: string[] = [];
  for (const { deliveryId, eventId, status } of deliveries) {
    const last = seen.get(deliveryId);
    seen.delete(deliveryId);
    recorded[status === 'delivered' ? 'delivered' : status === 'dead_lettered' ? 'dead' : 'others'] += 1;
    const expected = last === undefined ? 'never came' : last.end === 'delivered' ? 'delivered' : 'dead_lettered';
    if (status === expected) continue;
    const words =
      last === undefined ? 'the receiver never saw it' : `attempt ${last.attempt} was ${last.end ?? 'open'}`;
    disagreements.push(`${eventId} (delivery ${deliveryId}) is ${status}, but ${words}`);
  }
  for (const { eventId, deliveryId } of seen.values()) {
    disagreements.push(`${eventId} (delivery ${deliveryId}) came, but the history does not have it`);
  }
  return { recorded, disagreements };
}

/** Delivery ids of dead letters that had all their attempts. */
export function usedUp(deliveries: readonly RecordedDelivery[]): ReadonlySet<string> {
  const ids = deliveries.filter(({ status, attempts }) => status === 'dead_lettered' && attempts >= MAX_ATTEMPTS);
  return new Set(ids.map(({ deliveryId }) => deliveryId));
}

/** In sentences: attempts of the history that the receiver never read, such as those of a time when it was too busy. */
export function unseenAttempts(exchanges: Iterable<Exchange>, attempts: readonly RecordedAttempt[]): readonly string[] {
  const seen = new Set<string>();
  for (const { deliveryId, attempt } of exchanges) seen.add(`${deliveryId}/${attempt}`);
  return attempts
    .filter(({ deliveryId, attempt }) => !seen.has(`${deliveryId}/${attempt}`))
    .map(({ deliveryId, attempt, reason, durationMs }) => {
      return `attempt ${attempt} of delivery ${deliveryId} ended after ${durationMs} ms: ${reason ?? 'delivered'}`;
    });
}
