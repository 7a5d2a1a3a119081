import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createDatabaseOn,
  startPostgres,
  startScriptedReceiver,
  waitFor,
  type ScriptedReceiver,
  type TestPostgres,
} from '#libs/testkit';
import { eventRecord, registerCustomer } from '../harness/customer.js';
import { startSystem, type Service, type System } from '../harness/system.js';

/** Oracles: what a customer's receiver took while there was no database, and what readiness says meanwhile. */

let postgres: TestPostgres;
let system: System;
let services: Service[];
let receiver: ScriptedReceiver;

beforeAll(async () => {
  postgres = await startPostgres();
  system = await startSystem(await createDatabaseOn(postgres.url));
  receiver = await startScriptedReceiver();
  services = await Promise.all([system.start('router'), system.start('delivery-custom')]);
  await Promise.all(services.map((service) => service.ready()));
}, 60_000);
afterAll(async () => {
  await receiver?.close();
  await system?.close();
}, 60_000);

describe('while Postgres is away', () => {
  it('events are routed and delivered by the last settings, readiness says so, and it ends by itself', async () => {
    const { projectId } = await registerCustomer(system.databaseUrl, [receiver.url]);
    await system.produce([eventRecord(projectId, 'call', 'before')]);
    await receiver.until(1);

    await postgres.kill();
    await system.produce(['away-1', 'away-2'].map((eventId) => eventRecord(projectId, 'call', eventId)));
    await receiver.until(3);
    for (const service of services) {
      const { status, body } = await service.readiness();
      expect(status).toBe(503);
      expect(body).toMatch(/Postgres does not answer since .*; those of .* serve/);
    }

    await postgres.start();
    for (const service of services) {
      await waitFor(`${service.name} to be ready again`, async () => (await service.readiness()).status === 200);
    }
    const { projectId: later } = await registerCustomer(system.databaseUrl, [receiver.url]);
    await system.produce([eventRecord(later, 'call', 'after')]);
    const arrivals = await receiver.until(4);
    expect(arrivals.map(({ headers }) => headers['x-recho-event-id'])).toEqual(['before', 'away-1', 'away-2', 'after']);
  });
});
