import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testkit';
import { registerCustomer } from '../harness/customer.js';
import type { Exchange } from '../harness/exchange.js';
import { judgeLanes, NO_FAULTS } from '../harness/lane-oracle.js';
import { preciseNow, startLaneReceiver, type LaneReceiver } from '../harness/lane-receiver.js';
import { startLoad } from '../harness/load.js';
import { print } from '../harness/print.js';
import { startSystem, type System } from '../harness/system.js';

/** Oracles: judgeLanes over ten endpoints, one of which hangs and later heals; the requests that came to it; the
 * metrics, and what the API shows. */

const ENDPOINTS = 10;
const HANGING = 9;
const TIMEOUT_MS = 1000;
const LADDER_MS = [1000, 2000, 3000, 4000, 5000, 6000];
/** Events that are published while the breaker is open. */
const MEANWHILE = 300;

let system: System;
let receiver: LaneReceiver;
let isHanging = true;

beforeAll(async () => {
  system = await startSystem(undefined, LADDER_MS.map((ms) => `${ms}ms`).join(','), {
    DELIVERY_TIMEOUT: `${TIMEOUT_MS}ms`,
  });
  receiver = await startLaneReceiver(ENDPOINTS, ({ endpoint }) =>
    endpoint === HANGING && isHanging
      ? { type: 'hang', resetAfterMs: 5 * TIMEOUT_MS }
      : { type: 'status', status: 200, delayMs: 5 },
  );
}, 60_000);
afterAll(async () => {
  await system?.close();
  receiver?.close();
}, 60_000);

interface Shown {
  readonly health: { readonly breaker: string; readonly since: string | null; readonly reason: string };
}

async function shown(port: number, projectId: string, endpointId: string): Promise<Shown> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/projects/${projectId}/endpoints/${endpointId}`, {
    headers: { authorization: `Bearer ${system.adminToken}` },
  });
  return (await answer.json()) as Shown;
}

it('an endpoint that hangs costs nine others nothing; its breaker opens, what waits spends no retry, and all arrives in order', async () => {
  const { projectId, endpointIds } = await registerCustomer(system.databaseUrl, receiver.urls);
  const names = ['router', 'delivery-custom', 'api', 'recorder'] as const;
  const services = await Promise.all(names.map((name) => system.start(name)));
  const [, delivery, api] = services;
  await Promise.all(services.map((service) => service.ready()));
  /** As the API shows it. */
  const healthIs = async (breaker: 'open' | 'closed'): Promise<{ breaker: string; reason: string } | false> => {
    const { health } = await shown(api!.port, projectId, endpointIds[HANGING]!);
    return health.breaker === breaker && health.since !== null && health;
  };
  const load = startLoad(system, projectId, { rate: 40, calls: 80 });
  const atHanging = (): readonly Exchange[] => receiver.exchanges.filter(({ endpoint }) => endpoint === HANGING);
  await waitFor(
    () => `the breaker to open; ${atHanging().length} requests hang`,
    async () => (await delivery!.metric('recho_breaker_openings_total')) === 1,
    { timeoutMs: 60_000 },
  );
  // What was in flight when it opened has ended by then; each later request is a probe.
  const openedAt = preciseNow();
  const before = load.total;
  expect((await waitFor('the API to show it', () => healthIs('open'))).reason).toMatch(/^timeout: /);
  await waitFor('events to be published meanwhile', () => load.total >= before + MEANWHILE, { timeoutMs: 60_000 });
  const published = await load.stop();
  const others = (): number =>
    new Set(receiver.exchanges.filter(({ endpoint }) => endpoint !== HANGING).map(({ deliveryId }) => deliveryId)).size;
  await waitFor(
    () => `${published.total} events to come to nine endpoints while the tenth hangs; ${others()} deliveries did`,
    () => others() === published.total * (ENDPOINTS - 1),
    { timeoutMs: 60_000 },
  );
  const probes = atHanging().filter(({ arrivedAt }) => arrivedAt > openedAt);
  const openMs = preciseNow() - openedAt;
  const spilled = await delivery!.metric('recho_lanes_spilled');
  print(`${probes.length} probes in ${Math.round(openMs)} ms; ${spilled} lanes are spilled`);
  expect(probes.length).toBeLessThanOrEqual(1 + openMs / LADDER_MS[0]!);
  expect(spilled).toBeGreaterThan(10);

  isHanging = false;
  await waitFor(
    () => `all ${published.total * ENDPOINTS} deliveries to end; ${receiver.ended} did`,
    () => receiver.ended === published.total * ENDPOINTS,
    { timeoutMs: 90_000 },
  );
  const verdict = judgeLanes(published.emitted, ENDPOINTS, receiver.exchanges, {
    ladder: LADDER_MS,
    timeoutMs: TIMEOUT_MS,
  });
  expect(verdict.faults).toEqual(NO_FAULTS);
  expect([verdict.delivered, verdict.dead]).toEqual([published.total * ENDPOINTS, 0]);
  await waitFor('the API to show that it is well', () => healthIs('closed'));
  await waitFor('Postgres to be empty again', async () => (await delivery!.metric('recho_lanes_parked')) === 0);
}, 240_000);
