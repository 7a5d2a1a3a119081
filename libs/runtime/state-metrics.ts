import { Gauge, type Registry } from 'prom-client';
import type { Readiness } from './readiness.js';
import { within } from './within.js';

/** Kafka may take so long to tell where its topics end before a scrape goes on without it, in milliseconds. */
const LAG_WITHIN_MS = 2000;

/** What `/health/ready` says, as numbers: each scrape asks the checks anew. */
export function measureReadiness(registry: Registry, readiness: Readiness): void {
  new Gauge({
    name: 'recho_ready_check',
    help: 'What the service needs, as it sees it: 1 up, 0 down',
    labelNames: ['check'],
    registers: [registry],
    async collect() {
      const states = await readiness.states();
      this.reset();
      for (const [check, { up }] of states) this.set({ check }, up ? 1 : 0);
    },
  });
}

/**
 * @param lag records above the commits, by topic, of the partitions that this process owns. While it does not answer
 * there is no value: an old one would look like a queue that stands still.
 */
export function measureLag(registry: Registry, lag: () => Promise<ReadonlyMap<string, number>>): void {
  new Gauge({
    name: 'recho_consumer_lag_records',
    help: 'Records above the commits of the partitions that this process owns; of a rung: the retries that wait on it',
    labelNames: ['topic'],
    registers: [registry],
    async collect() {
      const lags = await within<ReadonlyMap<string, number>>(LAG_WITHIN_MS, lag, () => new Map());
      this.reset();
      for (const [topic, records] of lags) this.set({ topic }, records);
    },
  });
}
