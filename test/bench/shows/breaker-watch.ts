import type { Consumer } from 'kafkajs';
import type { Ground } from '../ground.js';

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
    of: (projectId) => events.filter((event) => event.projectId === projectId),
    stop: async () => consumer?.disconnect(),
  };
}

export interface WhileOpen {
  readonly openings: number;
  /** Attempts that came while it was open. */
  readonly attempts: number;
  /** Of those, probes: each that failed tells `opened` once more, and one may have closed it. */
  readonly probes: number;
}

/** What was sent before the breaker opened may still be on its way, in milliseconds. */
const ON_THEIR_WAY_MS = 100;

/**
 * @param events of one endpoint, oldest first; of other types than breakers' too.
 * @param times of the attempts that came to it, in Unix milliseconds.
 * @param from in Unix milliseconds: what was before is no matter.
 */
export function whileOpen(events: readonly BreakerEvent[], times: readonly number[], from: number): WhileOpen {
  const spans: { from: number; to: number; probes: number }[] = [];
  for (const { type, since, at } of events) {
    const when = Date.parse(at);
    const last = spans.at(-1);
    const isOpen = last?.to === Infinity;
    if (when < from) continue;
    if (type === 'endpoint.breaker.closed' && isOpen) {
      last.to = when;
      last.probes += 1;
    } else if (type === 'endpoint.breaker.opened') {
      if (isOpen && since !== at) last.probes += 1;
      else if (since === at) spans.push({ from: when + ON_THEIR_WAY_MS, to: Infinity, probes: 0 });
    }
  }
  const result = { openings: spans.length, attempts: 0, probes: 0 };
  for (const span of spans) {
    const attempts = times.filter((time) => time >= span.from && time < span.to).length;
    result.attempts += attempts;
    result.probes += Math.min(attempts, span.probes);
  }
  return result;
}
