import { randomInt } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { createKafka, createProducer, type KafkaOptions } from '#libs/kafka';
import type { ApiClient } from '../api-client.js';
import { playCalls } from '../simulate/play-calls.js';
import { seededRandom } from '../simulate/sequences.js';
import { simulateCall, type SimulatedCall } from '../simulate/simulated-call.js';
import { DEMO_PROJECT_ID, ENDINGS, registerDemo, type DemoProject } from './demo-project.js';
import { startDemoReceiver, type Delivery } from './demo-receiver.js';
import { lineOf } from './narrate.js';
import { createOrderWatch } from './order-watch.js';
import type { DemoReceiver } from './serve.js';
import { isSettled, summaryOf, type DeliveryRow } from './summary.js';

export interface DemoOptions {
  readonly api: ApiClient;
  readonly adminToken: string;
  readonly kafka: KafkaOptions;
  readonly say: (text: string) => void;
  readonly stop: AbortSignal;
}

const CALLS = 12;
const EVENTS_PER_SECOND = 12;
/** So many calls meet a CRM that is down: it answers 503 to their first event, the first time. */
const FAILING_CALLS = 3;
const SETTLED_WITHIN_MS = 20_000;

/**
 * Plays a dozen calls through everything that is real: the API, Kafka, the services, HTTP, the history.
 * @returns the receiver, which goes on answering and telling.
 */
export async function playDemo(options: DemoOptions): Promise<DemoReceiver> {
  const { api, say, stop } = options;
  const seed = randomInt(2 ** 31);
  const random = seededRandom(seed);
  const run = seed.toString(36);
  const calls = Array.from({ length: CALLS }, (_, index) =>
    simulateCall(DEMO_PROJECT_ID, `demo-${run}-${index + 1}`, random, 0.15),
  );
  const failing = new Set(callsToFail(calls).map(({ callId }) => callId));
  const watch = createOrderWatch();
  let project: DemoProject | null = null;
  let outOfOrder = 0;

  const answer = (delivery: Delivery): number => {
    const { callId, eventId, eventType, attempt, token } = delivery;
    const endpoint = delivery.path === '/crm' ? 'CRM' : 'Billing';
    const expected = endpoint === 'Billing' ? project?.billing.token : null;
    const standing = watch.arrived(endpoint, callId, eventId);
    const place = watch.placeOf(callId, eventId);
    const fails = endpoint === 'CRM' && place === 1 && attempt === 1 && failing.has(callId);
    const status = token !== expected ? 401 : fails ? 503 : 204;
    if (standing === 'out of order') outOfOrder += 1;
    const shownCall = callId.replace(`-${run}-`, '-');
    const withToken = token !== null;
    say(
      lineOf({ at: Date.now(), callId: shownCall, eventType, endpoint, standing, place, attempt, withToken, status }),
    );
    return status;
  };

  const receiver = await startDemoReceiver(answer);
  project = await registerDemo(api, receiver.origin);
  say(`The demo: a receiver at ${receiver.origin}, project Demo (${DEMO_PROJECT_ID}) with two endpoints on it:`);
  say('CRM (all events, no authentication) and Billing (how calls ended, with a bearer token).');
  say(
    `${CALLS} calls now go to Kafka, some at the same time; the CRM will be down for ${failing.size} of them at first.`,
  );
  say('');

  const producer = createProducer(createKafka(options.kafka), options.kafka.log);
  await producer.connect();
  const startedAt = new Date().toISOString();
  const played = (event: { eventId: string; data: { callId: string } }): void =>
    watch.emitted(event.data.callId, event.eventId);
  const events = await playCalls({
    calls,
    rate: EVENTS_PER_SECOND,
    random,
    send: (r) => producer.send(r),
    played,
    stop,
  });
  await producer.close();

  const endings = calls.flatMap(({ planned }) => planned).filter(({ eventType }) => ENDINGS.includes(eventType));
  const expected = events + endings.length;
  const rows = await settledRows(api, startedAt, `demo-${run}-`, expected, stop);
  const outcome = { calls: CALLS, events, expected, rows, outOfOrder };
  say('');
  for (const line of summaryOf({
    ...outcome,
    apiUrl: api.url,
    projectId: DEMO_PROJECT_ID,
    adminToken: options.adminToken,
  })) {
    say(line);
  }
  return receiver;
}

/** Some with more to come, to show that a call goes on behind its dead letter. */
function callsToFail(calls: readonly SimulatedCall[]): SimulatedCall[] {
  return calls.filter(({ planned }) => planned.length >= 3).slice(1, 1 + FAILING_CALLS);
}

/** The history of this run's deliveries, as soon as all of them have ended, or as it is when time runs out. */
async function settledRows(
  api: ApiClient,
  from: string,
  callIds: string,
  expected: number,
  stop: AbortSignal,
): Promise<DeliveryRow[]> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const path = `/v1/projects/${DEMO_PROJECT_ID}/deliveries?from=${from}&limit=100`;
    const rows = (await api.list<DeliveryRow>(path)).filter(({ callId }) => callId.startsWith(callIds));
    if (rows.filter(isSettled).length >= expected || performance.now() > deadline || stop.aborted) return rows;
    await after(200);
  }
}
