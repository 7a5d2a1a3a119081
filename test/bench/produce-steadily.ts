import { setTimeout as after } from 'node:timers/promises';
import type { Producer } from '#libs/kafka';
import { monotonicMs } from './arrivals.js';

interface Outgoing {
  readonly callId: string;
  readonly value: string;
}

/** @returns when each was handed to the producer, in `monotonicMs`. */
export async function produceSteadily(
  producer: Producer,
  topic: string,
  events: readonly Outgoing[],
  perSecond: number,
): Promise<number[]> {
  const startedAt = monotonicMs();
  const sentAt: number[] = [];
  const sends: Promise<void>[] = [];
  for (const [index, { callId, value }] of events.entries()) {
    const early = startedAt + (index * 1000) / perSecond - monotonicMs();
    if (early > 0) await after(early);
    sentAt.push(monotonicMs());
    sends.push(producer.send([{ topic, key: callId, value }]));
  }
  await Promise.all(sends);
  return sentAt;
}
