import { setTimeout as after } from 'node:timers/promises';
import { partitionOf, type OutgoingRecord } from '#libs/kafka';
import { eventRecord } from './customer.js';
import { preciseNow } from './lane-receiver.js';
import { PARTITIONS, type System } from './system.js';

const EVENTS_PER_CALL = 20;
const TICK_MS = 25;

export interface LoadOptions {
  /** Events per second. */
  readonly rate: number;
  /** Calls under way at the same time. */
  readonly calls: number;
}

/** What was published. */
export interface Published {
  /** Event ids by call, in order. Each is its call, a stroke and its number. */
  readonly emitted: ReadonlyMap<string, readonly string[]>;
  readonly total: number;
  /** For each partition, when Kafka had each of its events: Unix milliseconds, ascending. */
  readonly publishedAt: readonly (readonly number[])[];
}

export interface Load {
  /** So far. */
  readonly total: number;
  /** Resolves when the last event is in Kafka. */
  stop(): Promise<Published>;
}

/** Publishes events of many calls, in turn, at a steady rate, until it is stopped; a Kafka that is away is waited for. */
export function startLoad(system: System, projectId: string, { rate, calls }: LoadOptions): Load {
  const emitted = new Map<string, string[]>();
  const publishedAt: number[][] = Array.from({ length: PARTITIONS }, () => []);
  let total = 0;
  let stopped = false;

  const next = (): OutgoingRecord => {
    const callId = `call-${Math.floor(total / (calls * EVENTS_PER_CALL))}-${total % calls}`;
    const events = emitted.get(callId) ?? [];
    emitted.set(callId, events);
    const eventId = `${callId}/${events.length}`;
    events.push(eventId);
    total += 1;
    return eventRecord(projectId, callId, eventId);
  };
  const run = async (): Promise<void> => {
    const startedAt = performance.now();
    while (!stopped) {
      const due = Math.floor(((performance.now() - startedAt) / 1000) * rate);
      // What is overdue after a broker's restart comes in pieces of a second, not as one flood.
      const records = Array.from({ length: Math.min(due - total, rate) }, next);
      await system.produce(records);
      const now = preciseNow();
      for (const { key } of records) publishedAt[partitionOf(key!, PARTITIONS)]!.push(now);
      await after(TICK_MS);
    }
  };
  const running = run();
  // Whoever stops it hears of its failure.
  running.catch(() => undefined);
  return {
    get total() {
      return total;
    },
    stop: async () => {
      stopped = true;
      await running;
      return { emitted, total, publishedAt };
    },
  };
}
