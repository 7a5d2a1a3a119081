import { Counter, type Registry } from 'prom-client';
import type { Kind } from '#libs/contracts';
import { KINDS, TOPICS, type OutgoingRecord } from '#libs/kafka';

const KIND_OF_TOPIC: ReadonlyMap<string, Kind> = new Map(KINDS.map((kind) => [TOPICS.jobs(kind), kind]));

/** What the router counts. */
export interface RouterMetrics {
  /** @param sent what the events became: jobs, by their topic, and rejected events. */
  routed(events: number, sent: readonly Pick<OutgoingRecord, 'topic'>[], settings: 'fresh' | 'stale'): void;
  rejected(code: string): void;
}

export function routerMetrics(registry: Registry): RouterMetrics {
  const registers = [registry];
  const events = new Counter({
    name: 'recho_events_total',
    help: 'Call events read from Kafka, by whether the settings they were matched with were up to date',
    labelNames: ['settings'],
    registers,
  });
  const jobs = new Counter({
    name: 'recho_jobs_total',
    help: 'Jobs sent to delivery services, by kind',
    labelNames: ['kind'],
    registers,
  });
  for (const kind of KINDS) jobs.inc({ kind }, 0);
  const rejected = new Counter({
    name: 'recho_events_rejected_total',
    help: 'Events sent to calls.events.rejected, by reason code',
    labelNames: ['code'],
    registers,
  });
  return {
    routed: (eventCount, sent, settings) => {
      events.inc({ settings }, eventCount);
      const counts = new Map<string, number>();
      for (const { topic } of sent) counts.set(topic, (counts.get(topic) ?? 0) + 1);
      for (const [topic, count] of counts) {
        const kind = KIND_OF_TOPIC.get(topic);
        if (kind !== undefined) jobs.inc({ kind }, count);
      }
    },
    rejected: (code) => rejected.inc({ code }),
  };
}
