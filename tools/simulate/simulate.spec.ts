/**
 * Simulated calls go as calls go: an independent set of rules is the oracle for the order of events, the contract's own
 * parser for their form.
 */
import { EVENT_CATALOGUE, parseCallEvent, type EventType } from '#libs/contracts';
import type { OutgoingRecord } from '#libs/kafka';
import { parseOptions } from './options.js';
import { playCalls } from './play-calls.js';
import { MAX_DIALS, planCall, seededRandom } from './sequences.js';
import { simulateCall, wireEvent, type WireEvent } from './simulated-call.js';

const PROJECT = '0c9ec8a0-0000-4000-8000-000000000001';
const random = seededRandom(7);
const plans = Array.from({ length: 3000 }, () => planCall(random, 0.2));
const typesOf = (plan: (typeof plans)[number]): EventType[] => plan.map(({ eventType }) => eventType);

test('all 18 types are reached', () => {
  const reached = new Set(plans.flatMap(typesOf));
  expect([...reached].sort()).toEqual(EVENT_CATALOGUE.map(({ eventType }) => eventType).sort());
});

test('a call has one direction, begins at its beginning and ends at an end', () => {
  const first = /^(OUTBOUND_CALL_PENDING|INBOUND_CALL_CONNECTING)$/;
  const last = /_(COMPLETED|EXPIRED|CANCELED|MAX_ATTEMPTS_REACHED|CONCURRENCY_LIMIT_EXCEEDED|ERROR)$/;
  for (const types of plans.map(typesOf)) {
    expect(types[0]).toMatch(first);
    expect(types.at(-1)).toMatch(last);
    expect(types.slice(0, -1).filter((type) => last.test(type))).toEqual([]);
    expect(new Set(types.map((type) => type.split('_')[0])).size).toBe(1);
  }
});

test('a call is connected before it closes, closes before it completes, and is dialled so often and no more', () => {
  for (const types of plans.map(typesOf)) {
    const text = types.map((type) => type.replace(/^.*?_CALL_/, '')).join(' ');
    expect(text.replace(/CALLING CLOSING COMPLETED$/, '')).not.toMatch(/COMPLETED/);
    expect(text).not.toMatch(/(^|\s)(?!CALLING)\w+ CLOSING/);
    expect(types.filter((type) => type === 'OUTBOUND_CALL_REQUESTED').length).toBeLessThanOrEqual(MAX_DIALS);
  }
});

test('errors are carried by error events and by some that complete, in about the share that was asked for', () => {
  const faulty = plans.filter((plan) => plan.some((event) => event.faulty));
  expect(faulty.length / plans.length).toBeGreaterThan(0.17);
  expect(faulty.length / plans.length).toBeLessThan(0.23);
  const carriers = new Set(
    faulty.flatMap((plan) => plan.filter((event) => event.faulty)).map(({ eventType }) => eventType),
  );
  expect([...carriers].sort()).toEqual([
    'INBOUND_CALL_COMPLETED',
    'INBOUND_CALL_ERROR',
    'OUTBOUND_CALL_COMPLETED',
    'OUTBOUND_CALL_ERROR',
  ]);
  expect(planCall(seededRandom(1), 0).some((event) => event.faulty)).toBe(false);
});

test('every event is one that the router accepts', () => {
  const chance = seededRandom(3);
  for (let n = 0; n < 200; n += 1) {
    const call = simulateCall(PROJECT, `call-${n}`, chance, 0.5);
    call.planned.forEach(({ faulty }, index) => {
      const event = wireEvent(call, index, 1_780_000_000_000);
      const position = { epoch: PROJECT, partition: 0, offset: 0 };
      const parsed = parseCallEvent(Buffer.from(JSON.stringify(event)), Buffer.from(call.callId), position);
      expect(parsed).toMatchObject({ ok: true, event: { eventType: event.eventType } });
      expect(event.errors).toHaveLength(faulty ? 1 : 0);
    });
  }
});

test('calls are played side by side, each in its own order, and the same seed plays the same', async () => {
  const play = async (seed: number): Promise<{ sent: WireEvent[]; played: number }> => {
    const chance = seededRandom(seed);
    const calls = Array.from({ length: 20 }, (_, n) => simulateCall(PROJECT, `call-${n}`, chance, 0.1));
    const sent: WireEvent[] = [];
    const send = async (records: OutgoingRecord[]): Promise<void> => {
      sent.push(...records.map(({ value }) => JSON.parse(String(value)) as WireEvent));
    };
    const played = await playCalls({ calls, rate: 10_000, random: chance, send });
    for (const { callId, planned } of calls) {
      const own = sent.filter(({ data }) => data.callId === callId);
      expect(own.map(({ eventType }) => eventType)).toEqual(typesOf([...planned]));
    }
    return { sent, played };
  };
  const [one, same] = [await play(5), await play(5)];
  expect(one.played).toBe(one.sent.length);
  expect(one.sent.map(({ data, eventType }) => [data.callId, eventType])).toEqual(
    same.sent.map(({ data, eventType }) => [data.callId, eventType]),
  );
  const callIds = one.sent.map(({ data }) => data.callId);
  const changes = callIds.filter((callId, index) => index > 0 && callId !== callIds[index - 1]).length;
  expect(changes).toBeGreaterThan(20);
});

test('the rate is kept: so many events take so long, and no longer', async () => {
  const chance = seededRandom(9);
  const calls = Array.from({ length: 10 }, (_, n) => simulateCall(PROJECT, `call-${n}`, chance, 0));
  const startedAt = performance.now();
  const played = await playCalls({ calls, rate: 100, random: chance, send: () => Promise.resolve() });
  const wanted = ((played - 1) / 100) * 1000;
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(wanted - 5);
});

test('what Kafka refuses ends the play with its error', async () => {
  const calls = [simulateCall(PROJECT, 'call', seededRandom(1), 0)];
  const send = () => Promise.reject(new Error('no leader'));
  await expect(playCalls({ calls, rate: 1000, random: seededRandom(1), send })).rejects.toThrow('no leader');
});

test.each([
  ['--calls is "0": expected a whole number above 0', ['--calls', '0']],
  ['--rate is "fast": expected a number above 0', ['--rate', 'fast']],
  ['--errors is "2": expected a share from 0 to 1', ['--errors', '2']],
  ["Unknown option '--speed'", ['--speed', '1']],
])('%s', (message, args) => {
  expect(() => parseOptions(args, () => 1)).toThrow(message);
});

test('options left out have defaults', () => {
  expect(parseOptions([], () => 42)).toEqual({ calls: 20, rate: 10, errors: 0.1, seed: 42 });
});
