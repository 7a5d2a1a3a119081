import type { Consumer } from 'kafkajs';
import { monotonicMs } from '../arrivals.js';
import type { Ground } from '../ground.js';
import type { Attempts } from './moody-endpoints.js';

/** Where breakers are told of. A version that has none has no such topic. */
const TOPIC = 'platform.events';

/** As much of a platform event as is needed here. */
export interface BreakerEvent {
  readonly type: string;
  readonly projectId: string;
  /** Since when it is so, and when it was seen; ISO 8601. */
  readonly since: string;
  readonly at: string;
}

export interface BreakerWatch {
  /** False: this version has no breakers. */
  readonly exists: boolean;
  of(projectId: string): readonly BreakerEvent[];
  stop(): Promise<void>;
}

export async function watchBreakers({ kafka }: Ground, name: string): Promise<BreakerWatch> {
  const admin = kafka.admin();
  await admin.connect();
  const exists = (await admin.listTopics()).includes(TOPIC);
  await admin.disconnect();
  const events: BreakerEvent[] = [];
  let consumer: Consumer | null = null;
  if (exists) {
    consumer = kafka.consumer({ groupId: `bench-${name}` });
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) =>
        void events.push(JSON.parse(message.value?.toString() ?? '{}') as BreakerEvent),
    });
  }
  return {
    exists,
    // Of shares that fall is told there, too.
    of: (projectId) =>
      events.filter((event) => event.projectId === projectId && event.type.startsWith('endpoint.breaker.')),
    stop: async () => consumer?.disconnect(),
  };
}

export interface WhileOpen {
  readonly openings: number;
  /** Probes that were told: each failed one tells `opened` again, the one that succeeds `closed`. */
  readonly probes: number;
  /** Attempts that came while it was open. */
  readonly attempts: number;
}

/** What was sent before the breaker opened may still be on its way, in milliseconds. */
const ON_THEIR_WAY_MS = 100;

/**
 * @param events of one endpoint, oldest first. @param endpoint the same, of those in `seen`.
 * @param from of `monotonicMs`: what was before is no matter.
 */
export function whileOpen(events: readonly BreakerEvent[], seen: Attempts, endpoint: number, from: number): WhileOpen {
  const offset = Date.now() - monotonicMs();
  const result = { openings: 0, probes: 0, attempts: 0 };
  const spans: { from: number; to: number }[] = [];
  for (const { type, since, at } of events) {
    const when = Date.parse(at) - offset;
    if (when < from) continue;
    if (type.endsWith('.closed')) {
      result.probes += 1;
      const last = spans.at(-1);
      if (last?.to === Infinity) last.to = when;
    } else if (since === at) {
      result.openings += 1;
      spans.push({ from: when + ON_THEIR_WAY_MS, to: Infinity });
    } else result.probes += 1;
  }
  result.attempts = seen.times.filter(
    (time, index) => seen.endpoints[index] === endpoint && spans.some((span) => time >= span.from && time < span.to),
  ).length;
  return result;
}
