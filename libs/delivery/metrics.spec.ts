import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { HEADERS, TOPICS } from '#libs/kafka';
import type { Lane } from '#libs/ordering';
import { addLanes, countLanes, NO_LANES } from './lane-counts.js';
import { deliveryMetrics } from './metrics.js';
import type { LaneJob } from './ports.js';

/* Oracle: what a scrape shows. */

function record(topic: string, reason: string) {
  return { topic, partition: 0, key: 'call', value: '', headers: { [HEADERS.reason]: reason } };
}

describe('recho_dead_letters_total', () => {
  it('counts what went to the dead-letter topic by the code of its reason, and nothing else', async () => {
    const registry = new Registry();
    const metrics = deliveryMetrics(registry, 'slack', () => NO_LANES);
    const refused = record(TOPICS.dlq('slack'), 'http_404: the endpoint answered 404');
    metrics.sent([refused, refused, record(TOPICS.attempts, 'http_500: not a dead letter')]);
    const scrape = await registry.metrics();
    expect(scrape).toContain('recho_dead_letters_total{kind="slack",code="http_404"} 2');
    expect(scrape).not.toContain('http_500');
  });

  it('takes no text without a code for one', async () => {
    const registry = new Registry();
    const metrics = deliveryMetrics(registry, 'slack', () => NO_LANES);
    metrics.sent([record(TOPICS.dlq('slack'), 'whatever someone wrote here'), record(TOPICS.dlq('slack'), '')]);
    expect(await registry.metrics()).toContain('recho_dead_letters_total{kind="slack",code="other"} 2');
  });
});

describe('lanes', () => {
  const head = { id: 'a', offset: 1 };
  const lane = (phase: Lane<LaneJob>['phase'], row: Lane<LaneJob>['row'] = null): Lane<LaneJob> => ({
    phase,
    row,
    head,
    change: null,
    settled: true,
    wokenBy: null,
    followers: [],
  });
  const onRung = { attempts: 1, wakeUp: { rung: 1, dueAt: 1 } };

  it('are counted by what their head waits for', async () => {
    const one = countLanes([
      lane('attempting'),
      lane('attempting', onRung),
      lane('settling'),
      lane('writing'),
      lane('holding'),
    ]);
    const other = countLanes([lane('waiting', onRung), lane('waiting', { attempts: 1, wakeUp: null })]);
    const registry = new Registry();
    deliveryMetrics(registry, 'custom', () => addLanes([one, other]));
    const scrape = await registry.metrics();
    expect(scrape).toContain('recho_lanes_parked{kind="custom"} 3');
    const waiting = (cause: string): string => `recho_lanes_waiting{kind="custom",cause="${cause}"}`;
    for (const [cause, count] of Object.entries({ attempt: 2, commit: 2, postgres: 1, retry: 1, fault: 1 })) {
      expect(scrape).toContain(`${waiting(cause)} ${count}`);
    }
  });
});
