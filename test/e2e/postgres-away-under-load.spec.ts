import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as after } from 'node:timers/promises';
import { createDatabaseOn, startPostgres, waitFor, type TestPostgres } from '#libs/testkit';
import { compareWithHistory } from '../chaos/compare.js';
import { registerCustomer } from '../harness/customer.js';
import type { Exchange } from '../harness/exchange.js';
import { openHistory } from '../harness/history.js';
import { judgeLanes, NO_FAULTS } from '../harness/lane-oracle.js';
import { preciseNow, startLaneReceiver, type LaneReceiver } from '../harness/lane-receiver.js';
import { startLoad } from '../harness/load.js';
import { describeTimes, print } from '../harness/print.js';
import { startSystem, type System } from '../harness/system.js';

/** Oracles: judgeLanes over two endpoints, one of which fails; what waits in Postgres; the history in the end. */

const LADDER_MS = [500, 1000, 1500, 2000, 2500, 3000];
const AWAY_MS = 30_000;
const HEALTHY = 0;
const FAILING = 1;
/** From here on the failing endpoint is well again: the rest need not climb as far. */
const FAILURES = 2;

let postgres: TestPostgres;
let system: System;
let receiver: LaneReceiver;

beforeAll(async () => {
  postgres = await startPostgres();
  system = await startSystem(await createDatabaseOn(postgres.url), LADDER_MS.map((ms) => `${ms}ms`).join(','));
  // The failing endpoint fails two events of each call's twenty, at other times in each call, twice each.
  receiver = await startLaneReceiver(2, ({ endpoint, eventId }, earlier) => {
    const [call, n] = eventId.match(/\d+$|\d+(?=\/)/g)!.map(Number);
    const fails = endpoint === FAILING && (call! + n!) % 10 === 0 && earlier < FAILURES;
    return { type: 'status', status: fails ? 503 : 200, delayMs: 10 };
  });
}, 60_000);
afterAll(async () => {
  await system?.close();
  receiver?.close();
  await postgres?.stop();
}, 60_000);

const firstsOf = (endpoint: number): readonly Exchange[] =>
  receiver.exchanges.filter((one) => one.endpoint === endpoint && one.attempt === 1);

describe('while Postgres is away for half a minute, under load', () => {
  it('healthy lanes flow on; failing ones hold, are parked when it is back, and nothing is lost or reversed', async () => {
    const { projectId } = await registerCustomer(system.databaseUrl, receiver.urls);
    const names = ['router', 'delivery-custom', 'delivery-custom', 'recorder'] as const;
    const services = await Promise.all(names.map((name) => system.start(name)));
    await Promise.all(services.map((service) => service.ready()));
    const load = startLoad(system, projectId, { rate: 60, calls: 120 });
    await waitFor('failing lanes to climb', () => receiver.exchanges.some(({ attempt }) => attempt === 3), {
      timeoutMs: 30_000,
    });

    const goneAt = preciseNow();
    await postgres.kill();
    const publishedBefore = load.total;
    await after(AWAY_MS); // the outage's length
    const publishedMeanwhile = load.total - publishedBefore;
    const backAt = preciseNow();
    const isMeanwhile = ({ arrivedAt }: Exchange): boolean => arrivedAt > goneAt && arrivedAt < backAt;
    const healthy = firstsOf(HEALTHY).filter(isMeanwhile);
    const failing = receiver.exchanges.filter((one) => one.endpoint === FAILING && isMeanwhile(one));
    print(
      `${publishedMeanwhile} events were published while Postgres was away; ${healthy.length} came to the healthy endpoint, ` +
        `${failing.filter(({ end }) => end === 'failed').length} failed at the other`,
    );
    // All but what was under way as it was counted.
    expect(healthy.length).toBeGreaterThan(publishedMeanwhile * 0.95);
    expect(failing.some(({ end }) => end === 'failed')).toBe(true);
    // Who failed with no Postgres to note it waits where it is: only those noted before may be tried again.
    const held = failing.filter(
      ({ end, attempt, arrivedAt }) => end === 'failed' && attempt === 1 && arrivedAt > goneAt + 1000,
    );
    const again = new Set(failing.filter(({ attempt }) => attempt > 1).map(({ deliveryId }) => deliveryId));
    expect(held.filter(({ deliveryId }) => again.has(deliveryId))).toEqual([]);
    expect(held.length).toBeGreaterThan(0);

    await postgres.start();
    const history = await openHistory(system.databaseUrl);
    try {
      const parked = await waitFor('lanes to be parked', async () => {
        const found = await history.parked();
        return found.lanes > 0 && found;
      });
      print(`${parked.lanes} lanes with ${parked.jobs} jobs are parked when it is back`);
      const published = await load.stop();
      const deliveries = published.total * 2;
      await waitFor('all deliveries', () => receiver.ended === deliveries, { timeoutMs: 60_000 });
      const verdict = judgeLanes(published.emitted, 2, receiver.exchanges, { ladder: LADDER_MS, timeoutMs: 10_000 });
      print(`${deliveries} deliveries; retries late by ${describeTimes(verdict.retryLateness)}`);
      expect(verdict).toMatchObject({ faults: NO_FAULTS, delivered: deliveries, adjacentRepeats: 0 });
      await waitFor('the history', async () => (await history.ended()) === deliveries, { timeoutMs: 30_000 });
      expect(compareWithHistory(receiver.exchanges, await history.deliveries()).disagreements).toEqual([]);
      await waitFor('nothing to be parked', async () => (await history.parked()).lanes === 0);
    } finally {
      await history.close();
    }
  }, 180_000);
});
