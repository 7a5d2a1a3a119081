import { Counter, type Registry } from 'prom-client';

/** What the router counts. */
export interface RouterMetrics {
  routed(events: number, jobs: number, settings: 'fresh' | 'stale'): void;
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
  const jobs = new Counter({ name: 'recho_jobs_total', help: 'Jobs sent to delivery services', registers });
  const rejected = new Counter({
    name: 'recho_events_rejected_total',
    help: 'Events sent to calls.events.rejected, by reason code',
    labelNames: ['code'],
    registers,
  });
  return {
    routed: (eventCount, jobCount, settings) => {
      events.inc({ settings }, eventCount);
      jobs.inc(jobCount);
    },
    rejected: (code) => rejected.inc({ code }),
  };
}
