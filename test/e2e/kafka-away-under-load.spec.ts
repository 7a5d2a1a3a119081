import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as after } from 'node:timers/promises';
import { waitFor } from '#libs/testkit';
import { registerCustomer } from '../harness/customer.js';
import { longestPause } from '../harness/hand-over-pause.js';
import { judgeLanes, NO_FAULTS } from '../harness/lane-oracle.js';
import { startLaneReceiver, type LaneReceiver } from '../harness/lane-receiver.js';
import { startLoad } from '../harness/load.js';
import { print } from '../harness/print.js';
import { startSystem, type Service, type System } from '../harness/system.js';

/** Oracles: readiness of every consumer, and judgeLanes over what a receiver saw, of which some attempts fail. */

const LADDER_MS = [500, 1000, 1500, 2000, 2500, 3000];
const AWAY_MS = 15_000;
/** Within this a probe has to see that a service lacks Kafka. */
const RED_WITHIN_MS = 10_000;

let system: System;
let services: Service[];
let receiver: LaneReceiver;

beforeAll(async () => {
  system = await startSystem(undefined, LADDER_MS.map((ms) => `${ms}ms`).join(','));
  // One event in ten fails twice.
  receiver = await startLaneReceiver(1, ({ eventId }, earlier) => {
    const status = eventId.endsWith('7') && earlier < 2 ? 503 : 200;
    return { type: 'status', status, delayMs: 20 };
  });
  services = await Promise.all([
    system.start('router'),
    system.start('delivery-custom'),
    system.start('delivery-custom'),
    system.start('recorder'),
  ]);
  await Promise.all(services.map((service) => service.ready()));
}, 60_000);
afterAll(async () => {
  await system?.close();
  receiver?.close();
}, 60_000);

describe('while Kafka is away', () => {
  it('readiness says so within 10 s; when it is back, all goes on by itself and nothing is lost or reversed', async () => {
    const { projectId } = await registerCustomer(system.databaseUrl, receiver.urls);
    const load = startLoad(system, projectId, { rate: 100, calls: 200 });
    await waitFor('the load to be under way', () => receiver.exchanges.length > 300, { timeoutMs: 20_000 });

    const goneAt = performance.now();
    await system.kafka.kill();
    await Promise.all(
      services.map(async (service) => {
        await untilReadiness(service, 503, RED_WITHIN_MS);
        print(`${service.name} is not ready ${secondsSince(goneAt)} after Kafka went`);
      }),
    );
    await after(Math.max(0, goneAt + AWAY_MS - performance.now())); // the outage's length
    await system.kafka.start();
    const backAt = performance.now();
    await Promise.all(
      services.map(async (service) => {
        await untilReadiness(service, 200, 60_000);
        print(`${service.name} is ready again ${secondsSince(backAt)} after Kafka was there`);
      }),
    );

    const before = receiver.exchanges.length;
    await waitFor('the load to go on', () => receiver.exchanges.length > before + 300, { timeoutMs: 30_000 });
    const published = await load.stop();
    await waitFor('all deliveries', () => receiver.ended === published.total, { timeoutMs: 60_000 });
    const verdict = judgeLanes(published.emitted, 1, receiver.exchanges, { ladder: LADDER_MS, timeoutMs: 10_000 });
    const pause = longestPause(published, 1, receiver.exchanges);
    print(`${published.total} deliveries, ${verdict.adjacentRepeats} repeats, pause ${(pause.ms / 1000).toFixed(1)} s`);
    expect(verdict).toMatchObject({ faults: NO_FAULTS, delivered: published.total });
    // No process is anew: they came back by themselves.
    expect(services.map(({ child }) => child.running())).toEqual(services.map(() => true));
  }, 180_000);
});

async function untilReadiness(service: Service, status: number, timeoutMs: number): Promise<void> {
  const is = async (): Promise<boolean> => (await service.readiness()).status === status;
  await waitFor(`${service.name} to answer ${status} to /health/ready`, is, { timeoutMs });
}

function secondsSince(at: number): string {
  return `${((performance.now() - at) / 1000).toFixed(1)} s`;
}
