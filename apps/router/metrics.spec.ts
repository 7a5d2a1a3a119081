import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { TOPICS } from '#libs/kafka';
import { routerMetrics } from './metrics.js';

/* Oracle: what a scrape shows. */

describe('recho_jobs_total', () => {
  it('counts jobs by kind, and no rejected event', async () => {
    const registry = new Registry();
    const metrics = routerMetrics(registry);
    const custom = { topic: TOPICS.jobs('custom') };
    metrics.routed(3, [custom, { topic: TOPICS.rejected }, custom, { topic: TOPICS.jobs('email') }], 'fresh');
    const scrape = await registry.metrics();
    expect(scrape).toContain('recho_events_total{settings="fresh"} 3');
    for (const [kind, jobs] of Object.entries({ custom: 2, email: 1, slack: 0, teams: 0 })) {
      expect(scrape).toContain(`recho_jobs_total{kind="${kind}"} ${jobs}`);
    }
  });
});
