import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as after } from 'node:timers/promises';
import { startScriptedReceiver, uniqueName, type ScriptedReceiver } from '#libs/testkit';
import { eventRecord, registerCustomer } from '../harness/customer.js';
import { arrivedOf, judgeOrder } from '../harness/order-oracle.js';
import { startSystem, type Service, type ServiceName, type System } from '../harness/system.js';

/**
 * Oracle: judgeOrder over what a healthy receiver took: nothing lost, nothing reversed, repeats only adjacent and at
 * most as many as attempts may be in flight in the process that died.
 */

const EVENTS = 2000;
const CALLS = 100;
const MAX_IN_FLIGHT = 64;
const ENV = { MAX_IN_FLIGHT: String(MAX_IN_FLIGHT) };

let system: System;
let receiver: ScriptedReceiver;
let running: Service[] = [];

beforeAll(async () => {
  system = await startSystem();
}, 60_000);
afterAll(() => system?.close(), 60_000);

beforeEach(async () => {
  // A receiver that takes its time, so that there always are attempts in flight to be cut.
  receiver = await startScriptedReceiver(() => ({ status: 200, delay: 3 }));
});
afterEach(async () => {
  await Promise.all(running.map((service) => service.stop()));
  running = [];
  await receiver.close();
}, 60_000);

async function run(...names: ServiceName[]): Promise<Service[]> {
  const started = await Promise.all(names.map((name) => system.start(name, ENV)));
  running.push(...started);
  await Promise.all(started.map((service) => service.ready()));
  return started;
}

/** Emits all events at a steady pace; `disturb` is called when a third of them have arrived. */
async function emitAndDisturb(disturb: () => Promise<unknown>): Promise<ReturnType<typeof judgeOrder>> {
  const { projectId } = await registerCustomer(system.databaseUrl, [receiver.url]);
  const run = uniqueName('call');
  const emitted = new Map<string, string[]>();
  const emitting = (async () => {
    for (let n = 0; n < EVENTS; n += 20) {
      const records = Array.from({ length: 20 }, (_, index) => {
        const callId = `${run}-${(n + index) % CALLS}`;
        const events = emitted.get(callId) ?? [];
        emitted.set(callId, events);
        const eventId = `${callId}/${events.length}`;
        events.push(eventId);
        return eventRecord(projectId, callId, eventId);
      });
      await system.produce(records);
      await after(20); // the pace: 1,000 a second
    }
  })();
  await receiver.until(EVENTS / 3, 30_000);
  await disturb();
  await emitting;
  const distinct = (): number => new Set(receiver.arrivals.map(({ headers }) => headers['x-recho-event-id'])).size;
  await receiver.until(() => distinct() === EVENTS, 60_000);
  return judgeOrder(emitted, receiver.arrivals.map(arrivedOf));
}

const PROMISE = { lost: [], reversed: [] };

describe('in the middle of 2,000 events', () => {
  it('a router that is killed and started again loses, reverses and repeats nothing', async () => {
    const [router] = await run('router', 'delivery-custom');
    const verdict = await emitAndDisturb(async () => {
      await router!.kill();
      await run('router');
    });
    expect(verdict).toEqual({ ...PROMISE, adjacentRepeats: 0 });
  }, 120_000);

  it('a delivery-custom that is killed loses and reverses nothing, and repeats only what it had in flight', async () => {
    const [, victim] = await run('router', 'delivery-custom', 'delivery-custom');
    const verdict = await emitAndDisturb(() => victim!.kill());
    expect(verdict).toMatchObject(PROMISE);
    expect(verdict.adjacentRepeats).toBeLessThanOrEqual(MAX_IN_FLIGHT);
  }, 120_000);

  it('a third delivery-custom that joins and leaves again loses, reverses and repeats nothing', async () => {
    await run('router', 'delivery-custom', 'delivery-custom');
    const verdict = await emitAndDisturb(async () => {
      const [third] = await run('delivery-custom');
      await third!.stop();
    });
    expect(verdict).toEqual({ ...PROMISE, adjacentRepeats: 0 });
  }, 120_000);
});
