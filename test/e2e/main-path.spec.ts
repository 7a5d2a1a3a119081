import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_CATALOGUE } from '#libs/contracts';
import { startScriptedReceiver, type ScriptedReceiver } from '#libs/testkit';
import { eventRecord, registerCustomer } from '../harness/customer.js';
import { judgeOrder } from '../harness/order-oracle.js';
import { startSystem, type System } from '../harness/system.js';

/** Oracles: what a customer's receiver took, and judgeOrder over it. */

let system: System;
let receiver: ScriptedReceiver;

beforeAll(async () => {
  system = await startSystem();
  receiver = await startScriptedReceiver();
  const services = await Promise.all([system.start('router'), system.start('delivery-custom')]);
  await Promise.all(services.map((service) => service.ready()));
}, 60_000);
afterAll(async () => {
  await receiver?.close();
  await system?.close();
}, 60_000);

describe('from calls.events to a customer', () => {
  it('every event of many calls arrives, each call in order, once', async () => {
    const { projectId } = await registerCustomer(system.databaseUrl, [receiver.url]);
    const emitted = new Map<string, string[]>();
    for (let call = 0; call < 50; call++) emitted.set(`call-${call}`, []);
    for (const [n, { eventType }] of EVENT_CATALOGUE.entries()) {
      const records = [...emitted].map(([callId, events]) => {
        const eventId = `${callId}/${n}`;
        events.push(eventId);
        return eventRecord(projectId, callId, eventId, eventType);
      });
      await system.produce(records);
    }
    const arrivals = await receiver.until(50 * EVENT_CATALOGUE.length);
    expect(judgeOrder(emitted, arrivals)).toEqual({ lost: [], reversed: [], adjacentRepeats: 0 });
  });
});
