import { setTimeout as after } from 'node:timers/promises';
import { eventRecord } from '../harness/customer.js';
import type { System } from '../harness/system.js';

/** Calls under way at the same time, and how many events each of them has. */
const CALLS = 200;
const EVENTS_PER_CALL = 20;
const TICK_MS = 25;

/** What was published, event ids by call, in order. */
export type Emitted = Map<string, string[]>;

/** Publishes events at a steady rate until it is told to stop; a Kafka that is away is waited for. */
export async function emit(
  system: System,
  projectId: string,
  rate: number,
  stop: AbortSignal,
): Promise<{ readonly emitted: Emitted; readonly total: number }> {
  const emitted: Emitted = new Map();
  const startedAt = performance.now();
  let total = 0;
  while (!stop.aborted) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * rate);
    // What is overdue after a broker's restart comes in pieces of a second, not as one flood.
    const records = Array.from({ length: Math.min(due - total, rate) }, () => {
      const round = Math.floor(total / (CALLS * EVENTS_PER_CALL));
      const callId = `chaos-${round}-${total % CALLS}`;
      const events = emitted.get(callId) ?? [];
      emitted.set(callId, events);
      const eventId = `${callId}/${events.length}`;
      events.push(eventId);
      total += 1;
      return eventRecord(projectId, callId, eventId);
    });
    await system.produce(records);
    await after(TICK_MS);
  }
  return { emitted, total };
}
