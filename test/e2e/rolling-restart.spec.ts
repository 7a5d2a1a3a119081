import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testkit';
import { compareWithHistory } from '../chaos/compare.js';
import { registerCustomer } from '../harness/customer.js';
import { longestPause } from '../harness/hand-over-pause.js';
import { openHistory } from '../harness/history.js';
import { judgeLanes, NO_FAULTS } from '../harness/lane-oracle.js';
import { startLaneReceiver, type LaneReceiver } from '../harness/lane-receiver.js';
import { startLoad } from '../harness/load.js';
import { print } from '../harness/print.js';
import { startSystem, type Service, type System } from '../harness/system.js';

/** Oracles: judgeLanes over what healthy receivers saw, the history, and how the processes ended. */

const SERVICES = ['router', 'router', 'delivery-custom', 'delivery-custom', 'recorder', 'api'] as const;
const ENDPOINTS = 2;
/** Receivers answer within this; a hand-over waits 2 s for those in flight. */
const FASTEST_MS = 50;
const SLOWEST_MS = 1500;
const TERMS = { ladder: [5000, 15_000, 45_000, 135_000, 405_000, 1_215_000], timeoutMs: 10_000 };
/** SHUTDOWN_TIMEOUT, after which a process ends with 1. */
const GRACE_MS = 25_000;

let system: System;
let receiver: LaneReceiver;

beforeAll(async () => {
  system = await startSystem();
  receiver = await startLaneReceiver(ENDPOINTS, () => ({
    type: 'status',
    status: 200,
    delayMs: FASTEST_MS + Math.random() * (SLOWEST_MS - FASTEST_MS),
  }));
}, 60_000);
afterAll(async () => {
  await system?.close();
  receiver?.close();
}, 60_000);

describe('a rolling restart under load', () => {
  it('of every service loses, reverses and repeats nothing, and each drains within its grace period', async () => {
    const { projectId } = await registerCustomer(system.databaseUrl, receiver.urls);
    const running = await Promise.all(SERVICES.map((name) => system.start(name)));
    await Promise.all(running.map((service) => service.ready()));
    const load = startLoad(system, projectId, { rate: 30, calls: 120 });
    await waitFor('the load to be under way', () => receiver.exchanges.length > 100, { timeoutMs: 20_000 });

    for (const service of running) {
      const { code, ms } = await terminate(service);
      print(`${service.name} ended with ${code} after ${(ms / 1000).toFixed(1)} s`);
      expect([service.name, code]).toEqual([service.name, 0]);
      expect(ms).toBeLessThan(GRACE_MS);
      const successor = await system.start(service.name);
      await successor.ready();
      const before = receiver.exchanges.length;
      await waitFor('the load to go on', () => receiver.exchanges.length > before + 50, { timeoutMs: 30_000 });
    }

    const published = await load.stop();
    const deliveries = published.total * ENDPOINTS;
    await waitFor('all deliveries', () => receiver.ended === deliveries, { timeoutMs: 30_000 });
    const pause = longestPause(published, ENDPOINTS, receiver.exchanges);
    print(`${deliveries} deliveries; longest hand-over pause ${(pause.ms / 1000).toFixed(1)} s`);
    expect(judgeLanes(published.emitted, ENDPOINTS, receiver.exchanges, TERMS)).toMatchObject({
      faults: NO_FAULTS,
      delivered: deliveries,
      adjacentRepeats: 0,
      retryLateness: [],
    });
    const history = await openHistory(system.databaseUrl);
    try {
      await waitFor('the history', async () => (await history.ended()) === deliveries, { timeoutMs: 20_000 });
      expect(compareWithHistory(receiver.exchanges, await history.deliveries()).disagreements).toEqual([]);
    } finally {
      await history.close();
    }
  }, 240_000);
});

/** As a deploy ends a process. */
async function terminate(service: Service): Promise<{ readonly code: number | null; readonly ms: number }> {
  const startedAt = performance.now();
  await service.stop();
  const { code } = await service.child.exited;
  return { code, ms: performance.now() - startedAt };
}
