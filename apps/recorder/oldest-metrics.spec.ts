import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { measureOldestLanes } from './oldest-metrics.js';

/* Oracles: what a scrape shows, how often Postgres was asked. */

describe('the oldest parked lane', () => {
  it('is told by kind, 0 for a kind without parked lanes, and asked for once in ten seconds', async () => {
    const registry = new Registry();
    let asked = 0;
    let now = 0;
    const ask = () => Promise.resolve([{ kind: 'custom' as const, parkedFor: 90 + ++asked, headFor: 30 }]);
    measureOldestLanes(registry, { ask, now: () => now });
    const scrape = await registry.metrics();
    expect(scrape).toContain('recho_lane_oldest_age_seconds{kind="custom"} 91');
    expect(scrape).toContain('recho_head_oldest_age_seconds{kind="custom"} 30');
    expect(scrape).toContain('recho_lane_oldest_age_seconds{kind="slack"} 0');
    now = 9_999;
    expect(await registry.metrics()).toBe(scrape);
    now = 10_000;
    expect(await registry.metrics()).toContain('recho_lane_oldest_age_seconds{kind="custom"} 92');
  });

  it('has no value while Postgres does not answer', async () => {
    const registry = new Registry();
    measureOldestLanes(registry, { ask: () => Promise.reject(new Error('away')), now: () => 0 });
    expect(await registry.metrics()).not.toContain('recho_lane_oldest_age_seconds{');
  });
});
