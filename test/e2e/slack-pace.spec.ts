import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TOPICS, type OutgoingRecord } from '#libs/kafka';
import {
  startScriptedReceiver,
  waitFor,
  type Arrival,
  type ScriptedAnswer,
  type ScriptedReceiver,
} from '#libs/testkit';
import { registerCustomer } from '../harness/customer.js';
import { openHistory, type History } from '../harness/history.js';
import { judgeOrder, type Arrived } from '../harness/order-oracle.js';
import { print } from '../harness/print.js';
import { startSystem, type System } from '../harness/system.js';

/** Oracles: what the webhook let through and when, judgeOrder over it, and the history. */

const CALLS = 10;
const EVENTS_PER_CALL = 6;
const EVENTS = CALLS * EVENTS_PER_CALL;
/** What Slack allows one webhook (https://docs.slack.dev/apis/web-api/rate-limits). */
const PER_SECOND = 1;
const BURST = 3;
/** In messages: times are whole milliseconds. */
const ROUNDING = 0.01;
/** What the first calls are told to wait. */
const FIRST_PAUSE_S = 3;
/** Calls that were made together with the first are answered by then. */
const UNDER_WAY_MS = 500;

let system: System;
let history: History;
let slack: ScriptedReceiver;
const shown: Arrival[] = [];
const limited: Arrival[] = [];

beforeAll(async () => {
  system = await startSystem(undefined, '1s,2s,3s,4s,5s,6s');
  history = await openHistory(system.databaseUrl);
  slack = await startScriptedReceiver(limitedWebhook());
  const names = ['recorder', 'router', 'delivery-slack'] as const;
  const services = await Promise.all(names.map((name) => system.start(name)));
  await Promise.all(services.map((service) => service.ready()));
}, 60_000);
afterAll(async () => {
  await history?.close();
  await system?.close();
  await slack?.close();
}, 60_000);

it('a webhook limited to 1 message/s gets 60 events of 10 calls: all arrive, in order per call, at its pace', async () => {
  const { projectId } = await registerCustomer(system.databaseUrl, [slack.url], { endpointType: 'SLACK' });
  const emitted = new Map<string, string[]>();
  const records: OutgoingRecord[] = [];
  for (let n = 0; n < EVENTS; n++) {
    const callId = `call-${n % CALLS}`;
    const eventId = `${callId}/${Math.floor(n / CALLS)}`;
    emitted.set(callId, [...(emitted.get(callId) ?? []), eventId]);
    records.push(eventOf(projectId, callId, eventId));
  }
  await system.produce(records);
  await waitFor(
    () => `${EVENTS} messages to be shown; ${shown.length} are, ${limited.length} were refused for their pace`,
    () => shown.length >= EVENTS,
    { timeoutMs: 90_000 },
  );
  await waitFor('the history to know them all', async () => (await history.ended()) >= EVENTS);

  expect(judgeOrder(emitted, shown.map(arrivedOf))).toEqual({ lost: [], reversed: [], adjacentRepeats: 0 });
  const deliveries = await history.deliveries();
  expect(deliveries.filter(({ status }) => status !== 'delivered')).toEqual([]);
  expect(deliveries).toHaveLength(EVENTS);

  const seconds = (shown.at(-1)!.at - shown[0]!.at) / 1000;
  const most = Math.max(...deliveries.map(({ attempts }) => attempts));
  print(
    `${EVENTS} messages in ${seconds.toFixed(1)} s; ${limited.length} answers of 429, at most ${most} attempts for one`,
  );
  // The limit was felt, and obeyed: calls that go on regardless would be refused by the hundred.
  expect(limited.length).toBeGreaterThan(0);
  expect(limited.length).toBeLessThan(EVENTS / 4);
  expect(seconds).toBeLessThan((EVENTS / PER_SECOND) * 1.25);
  // Our own pace would have called again after one second: only the pause that was asked for keeps it from that.
  const { at } = limited[0]!;
  const early = slack.arrivals.filter((one) => one.at > at + UNDER_WAY_MS && one.at < at + FIRST_PAUSE_S * 1000 - 10);
  expect(early).toEqual([]);
}, 120_000);

/** An Incoming Webhook that others have used too much just now: at first it lets nothing through. */
function limitedWebhook(): (arrival: Arrival) => ScriptedAnswer {
  let left = 1 - FIRST_PAUSE_S * PER_SECOND;
  let filledAt: number | null = null;
  return (arrival) => {
    left = Math.min(BURST, left + ((arrival.at - (filledAt ?? arrival.at)) / 1000) * PER_SECOND);
    filledAt = arrival.at;
    if (left < 1 - ROUNDING) {
      limited.push(arrival);
      const seconds = Math.ceil((1 - ROUNDING - left) / PER_SECOND);
      return { status: 429, headers: { 'retry-after': String(seconds) }, body: 'rate_limited' };
    }
    left -= 1;
    shown.push(arrival);
    return { status: 200, body: 'ok' };
  };
}

/** A message shows no event id: the client's says it. */
function eventOf(projectId: string, callId: string, eventId: string): OutgoingRecord {
  const event = {
    ...{ eventId, projectId, eventType: 'OUTBOUND_CALL_CALLING', occurredAt: new Date().toISOString() },
    data: { callId, callStatus: 'CALLING', clientId: eventId },
  };
  return { topic: TOPICS.events, key: callId, value: JSON.stringify(event) };
}

function arrivedOf({ body }: Arrival): Arrived {
  const [, eventId = ''] = /`(call-\d+\/\d+)`/.exec(body.toString()) ?? [];
  return { callId: eventId.slice(0, eventId.indexOf('/')), eventId };
}
