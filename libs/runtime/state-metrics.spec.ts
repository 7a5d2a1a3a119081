import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { Readiness } from './readiness.js';
import { measureLag, measureReadiness } from './state-metrics.js';

/* Oracle: what a scrape shows. */

describe('recho_ready_check', () => {
  it('is 1 for what is up and 0 for what is down or fails, asked anew by each scrape', async () => {
    let up = true;
    const registry = new Registry();
    const readiness = new Readiness();
    readiness.add(
      { name: 'kafka', check: () => ({ up }) },
      { name: 'postgres', check: () => Promise.reject(new Error('away')) },
    );
    measureReadiness(registry, readiness);
    expect(await registry.metrics()).toContain('recho_ready_check{check="kafka"} 1');
    up = false;
    const scrape = await registry.metrics();
    expect(scrape).toContain('recho_ready_check{check="kafka"} 0');
    expect(scrape).toContain('recho_ready_check{check="postgres"} 0');
  });
});

describe('recho_consumer_lag_records', () => {
  it('is the lag by topic', async () => {
    const registry = new Registry();
    measureLag(registry, () => Promise.resolve(new Map([['calls.events', 7]])));
    expect(await registry.metrics()).toContain('recho_consumer_lag_records{topic="calls.events"} 7');
  });

  it('has no value, not the last one, once Kafka does not answer', async () => {
    const registry = new Registry();
    const answers = [Promise.resolve(new Map([['calls.events', 7]])), Promise.reject(new Error('away'))];
    answers[1]!.catch(() => undefined);
    measureLag(registry, () => answers.shift()!);
    expect(await registry.metrics()).toContain('} 7');
    expect(await registry.metrics()).not.toContain('recho_consumer_lag_records{');
  });
});
