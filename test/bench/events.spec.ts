import { describe, expect, it } from '@jest/globals';
import { customBody, deliveryIdOf, parseCallEvent } from '#libs/contracts';
import { benchEvent, callOf, EVENT_BYTES, NUMBER_FIELD } from './events.js';

const SHAPE = { activeCalls: 64, eventsPerCall: 5 };
const PROJECT = '6f1d4cf2-a1c5-4f0e-9a3b-7d5e2c8b9a01';
const POSITION = { epoch: 'e', partition: 0, offset: 0 };

describe('the events of the benchmarks', () => {
  it('are 600 bytes each, and such as the router takes', () => {
    for (const number of [0, 9, 321, 19_999, 1_000_000]) {
      const { value, callId } = benchEvent(number, SHAPE, PROJECT, 'a1');
      expect(Buffer.byteLength(value)).toBe(EVENT_BYTES);
      expect(parseCallEvent(Buffer.from(value), Buffer.from(callId), POSITION).ok).toBe(true);
    }
  });

  it('keep 64 calls under way, and give each of them its five events in turn', () => {
    const calls = Array.from({ length: 640 }, (_, number) => callOf(number, SHAPE).call);
    for (let from = 0; from < calls.length; from += 64) expect(new Set(calls.slice(from, from + 64)).size).toBe(64);
    for (let call = 0; call < 128; call++) {
      const steps = calls.flatMap((of, number) => (of === call ? [callOf(number, SHAPE).step] : []));
      expect(steps).toEqual([0, 1, 2, 3, 4]);
    }
  });

  it('show their number first where the receiver looks for it, in the payload too', () => {
    const { value, callId } = benchEvent(4711, SHAPE, PROJECT, 'a1');
    const parsed = parseCallEvent(Buffer.from(value), Buffer.from(callId), POSITION);
    if (!parsed.ok) throw new Error(parsed.reason.message);
    const endpoint = { id: PROJECT, name: 'r', endpointType: 'CUSTOM', target: 'http://r/', contentKey: null } as const;
    const job = { endpoint, event: parsed.event, authType: 'NONE', v: 1, receivedAt: 0, configVersion: 1 } as const;
    const body = customBody({ ...job, deliveryId: deliveryIdOf(POSITION, PROJECT) }, 'NONE');
    for (const text of [value, body]) expect(text.split(NUMBER_FIELD)[1]?.slice(0, 5)).toBe('4711"');
  });
});
