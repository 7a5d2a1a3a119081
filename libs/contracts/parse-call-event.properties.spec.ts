import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCallEvent, type Parsed } from './index.js';

/** Oracles: an answer for any bytes, and a normal form that no second parsing changes. */
const POSITION = { epoch: '11111111-1111-4111-8111-111111111111', partition: 3, offset: 42 };
const UUID = '3f0c7a52-9d1e-4c57-8a34-6b2f0d9e1c77';

describe('whatever bytes arrive', () => {
  const someJson = fc.jsonValue({ maxDepth: 4 });
  const field = (good: unknown): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 12, arbitrary: fc.constant(good) }, someJson);
  const nearlyEvent = fc.record(
    {
      eventId: field(UUID),
      projectId: field(UUID),
      eventType: field('OUTBOUND_CALL_ERROR'),
      occurredAt: field('2026-05-12T12:24:00+02:00'),
      data: fc.record({
        callId: fc.constant('abc-123'),
        callStatus: field('X'),
        callSid: field(null),
        clientId: field('c'),
      }),
      errors: field([
        { code: 'C', message: 'M', timestamp: '2026-05-12T10:23:45Z' },
        { code: 'D', message: 'N' },
      ]),
    },
    { requiredKeys: ['data', 'projectId', 'eventType', 'occurredAt'] },
  );

  it('parsing never throws, and a rejection always has a code and words', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
      someJson.map((value) => Buffer.from(JSON.stringify(value))),
      nearlyEvent.map((value) => Buffer.from(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(bytes, fc.option(fc.uint8Array({ maxLength: 10 })), (value, key) => {
        const parsed = parseCallEvent(value, key === null ? null : Buffer.from(key), POSITION);
        if (!parsed.ok)
          expect(parsed.reason).toEqual({
            code: expect.stringMatching(/^[a-z_0-9]+$/),
            message: expect.stringMatching(/.{10}/),
          });
      }),
      { numRuns: 1000 },
    );
  });

  it('what is taken is in normal form: it parses to itself', () => {
    let taken = 0;
    fc.assert(
      fc.property(nearlyEvent, (value) => {
        const parsed = parse(value);
        if (!parsed.ok) return;
        taken += 1;
        expect(parse(parsed.event)).toEqual(parsed);
        expect(JSON.stringify(parsed.event).isWellFormed()).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});

function parse(value: unknown): Parsed {
  return parseCallEvent(Buffer.from(JSON.stringify(value)), Buffer.from('abc-123'), POSITION);
}
