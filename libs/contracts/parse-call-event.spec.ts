import { describe, expect, it } from '@jest/globals';
import { EVENT_CATALOGUE, MAX_EVENT_BYTES, MAX_FIELD_LENGTH, MAX_ID_LENGTH, parseCallEvent } from './index.js';
import type { CallEvent, Parsed, Rejection } from './index.js';

/** Oracles: what a producer may send (and how it is normalised), and for all else a code and words that help. */
const POSITION = { epoch: '11111111-1111-4111-8111-111111111111', partition: 3, offset: 42 };
const ERROR = {
  code: 'NETWORK_ERROR',
  message: 'Connection lost',
  timestamp: '2026-05-12T10:23:45.000Z',
  where: 'OutboundCallAdapter.connect',
  phase: 'CONNECTING',
  stacktrace: '',
};
const EVENT = {
  eventId: '5f0c7a52-9d1e-4c57-8a34-6b2f0d9e1c77',
  projectId: '3f0c7a52-9d1e-4c57-8a34-6b2f0d9e1c77',
  eventType: 'OUTBOUND_CALL_ERROR',
  occurredAt: '2026-05-12T10:24:00.000Z',
  data: { callId: 'abc-123', callStatus: 'CALLING', callSid: 'CA0123', clientId: 'client-1' },
  errors: [ERROR],
};

describe('an event that is taken', () => {
  it('comes out as it went in when it is complete and in normal form', () => {
    expect(accepted(EVENT)).toEqual(EVENT);
  });

  it.each(EVENT_CATALOGUE.map(({ eventType }) => eventType))('may be of type %s', (eventType) => {
    expect(accepted({ ...EVENT, eventType }).eventType).toBe(eventType);
  });

  it('may lack errors, callSid and clientId, or have them null', () => {
    const bare = { ...EVENT, errors: undefined, data: { callId: 'abc-123', callStatus: '' } };
    const nulls = { ...bare, errors: null, data: { ...bare.data, callSid: null, clientId: null } };
    const normal = { ...EVENT, errors: [], data: { callId: 'abc-123', callStatus: '', callSid: null, clientId: null } };
    expect(accepted(bare)).toEqual(normal);
    expect(accepted(nulls)).toEqual(normal);
  });

  it('may lack where, phase and stacktrace of an error (""), and its time (the event\'s)', () => {
    const { errors } = accepted({ ...EVENT, errors: [{ code: 'C', message: 'M', where: null }] });
    expect(errors).toEqual([
      { code: 'C', message: 'M', timestamp: EVENT.occurredAt, where: '', phase: '', stacktrace: '' },
    ]);
  });

  it('has an eventId derived from its position when it brings none: the same at each replay, another elsewhere', () => {
    const idAt = (position: typeof POSITION, eventId?: null): string =>
      acceptedBy(parse({ ...EVENT, eventId }, 'abc-123', position)).eventId;
    expect(idAt(POSITION)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(idAt(POSITION, null)).toBe(idAt(POSITION));
    expect(idAt({ ...POSITION, offset: 43 })).not.toBe(idAt(POSITION));
    expect(idAt({ ...POSITION, partition: 4 })).not.toBe(idAt(POSITION));
    expect(idAt({ ...POSITION, epoch: '22222222-1111-4111-8111-111111111111' })).not.toBe(idAt(POSITION));
  });

  it.each([
    ['2026-05-12T12:24:00+02:00', '2026-05-12T10:24:00.000Z'],
    ['2026-05-12T12:24:00.5+0200', '2026-05-12T10:24:00.500Z'],
    ['2026-05-12T10:24:00.123456789Z', '2026-05-12T10:24:00.123Z'],
    ['2026-05-12 10:24:00,250z', '2026-05-12T10:24:00.250Z'],
    ['2026-05-12T10:24Z', '2026-05-12T10:24:00.000Z'],
    ['2024-02-29T10:24:00.000Z', '2024-02-29T10:24:00.000Z'],
    ['2026-12-31T23:30:00-01:00', '2027-01-01T00:30:00.000Z'],
  ])('may give its times as %s: they become UTC with three decimals', (given, normal) => {
    const event = accepted({ ...EVENT, occurredAt: given, errors: [{ ...ERROR, timestamp: given }] });
    expect([event.occurredAt, event.errors[0]!.timestamp]).toEqual([normal, normal]);
  });

  it('may write its projectId in capitals', () => {
    expect(accepted({ ...EVENT, projectId: EVENT.projectId.toUpperCase() }).projectId).toBe(EVENT.projectId);
  });

  it('may have any characters, in its callId too; what UTF-8 or Postgres cannot hold becomes U+FFFD', () => {
    const callId = 'звонок 📞 "x"\n';
    const clientId = 'half \ud83d and nil \u0000';
    const event = accepted({ ...EVENT, data: { ...EVENT.data, callId, clientId } }, callId);
    expect(event.data).toMatchObject({ callId, clientId: 'half \ufffd and nil \ufffd' });
  });

  it('may have 256 KiB, and no byte more', () => {
    const text = JSON.stringify(EVENT);
    expect(parse(text.padEnd(MAX_EVENT_BYTES, ' ')).ok).toBe(true);
    expect(rejected(text.padEnd(MAX_EVENT_BYTES + 1, ' ')).code).toBe('too_large');
  });

  it('may have unknown fields, nested 10,000 deep: they are ignored', () => {
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    expect(acceptedBy(parse(JSON.stringify(EVENT).replace('{', `{"more":${deep},`)))).toEqual(EVENT);
  });

  it('may have __proto__ and constructor keys anywhere: they are unknown fields and do nothing', () => {
    const evil = '"__proto__":{"polluted":1,"errors":[]},"constructor":{"prototype":{"polluted":1}},';
    const event = acceptedBy(parse(JSON.stringify(EVENT).replaceAll('{', `{${evil}`)));
    expect(event).toEqual(EVENT);
    expect(Object.getPrototypeOf(event.data)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    // A required field is not found in the prototype that the input tries to give.
    const hidden = JSON.stringify({ ...EVENT, eventType: undefined }).replace(
      '{',
      '{"__proto__":{"eventType":"OUTBOUND_CALL_ERROR"},',
    );
    expect(rejected(hidden).code).toBe('missing_field');
  });
});

describe('an event that is rejected', () => {
  const data = EVENT.data;
  const tooLongId = 'x'.repeat(MAX_ID_LENGTH + 1);
  const tooLong = 'x'.repeat(MAX_FIELD_LENGTH + 1);

  it.each<[string, unknown, string, string]>([
    ['is not JSON', 'hello', 'not_json', 'the value is not JSON: '],
    ['is cut off', '{"eventId":', 'not_json', 'the value is not JSON: '],
    ['is an array', '[]', 'invalid_field', 'the value must be an object, but is an array'],
    ['is null', 'null', 'invalid_field', 'the value must be an object, but is null'],
    ['is nested 10,000 deep and nothing else', '['.repeat(10_000) + ']'.repeat(10_000), 'invalid_field', 'the value'],
    ['is nested too deep and not closed', '['.repeat(100_000), 'not_json', 'the value is not JSON'],
    ['has an unknown type', { ...EVENT, eventType: 'CALL_LOST' }, 'unknown_event_type', 'eventType "CALL_LOST" is not'],
    ['has no type', { ...EVENT, eventType: undefined }, 'missing_field', 'eventType is missing'],
    [
      'has a type like a method',
      { ...EVENT, eventType: 'constructor' },
      'unknown_event_type',
      'eventType "constructor"',
    ],
    ['has no projectId', { ...EVENT, projectId: undefined }, 'missing_field', 'projectId is missing'],
    ['has a projectId that is no UUID', { ...EVENT, projectId: 'p1' }, 'invalid_field', 'projectId "p1" is not a UUID'],
    ['has no data', { ...EVENT, data: undefined }, 'missing_field', 'data is missing'],
    ['has data that is a text', { ...EVENT, data: 'x' }, 'invalid_field', 'data must be an object, but is a string'],
    ['has no callId', { ...EVENT, data: { ...data, callId: undefined } }, 'missing_field', 'data.callId is missing'],
    ['has an empty callId', { ...EVENT, data: { ...data, callId: '' } }, 'missing_field', 'data.callId is empty'],
    ['has a number as callId', { ...EVENT, data: { ...data, callId: 7 } }, 'invalid_field', 'but is a number'],
    ['has a long callId', { ...EVENT, data: { ...data, callId: tooLongId } }, 'invalid_field', 'data.callId has 257'],
    ['has a long eventId', { ...EVENT, eventId: tooLongId }, 'invalid_field', 'eventId has 257'],
    ['has a number as eventId', { ...EVENT, eventId: 1 }, 'invalid_field', 'eventId must be a string, but is a number'],
    ['has no callStatus', { ...EVENT, data: { ...data, callStatus: null } }, 'missing_field', 'data.callStatus'],
    ['has an object as callSid', { ...EVENT, data: { ...data, callSid: {} } }, 'invalid_field', 'but is an object'],
    [
      'has a long clientId',
      { ...EVENT, data: { ...data, clientId: tooLong } },
      'invalid_field',
      'data.clientId has 1025',
    ],
    ['has no occurredAt', { ...EVENT, occurredAt: undefined }, 'missing_field', 'occurredAt is missing'],
    [
      'has a number as occurredAt',
      { ...EVENT, occurredAt: 1747045440 },
      'invalid_field',
      'occurredAt must be a string',
    ],
    ['has errors that are an object', { ...EVENT, errors: {} }, 'invalid_field', 'errors must be an array'],
    ['has an error that is a text', { ...EVENT, errors: [ERROR, 'x'] }, 'invalid_field', 'errors[1] must be an object'],
    [
      'has an error without code',
      { ...EVENT, errors: [{ message: '' }] },
      'missing_field',
      'errors[0].code is missing',
    ],
    [
      'has a number in an error',
      { ...EVENT, errors: [{ ...ERROR, phase: 1 }] },
      'invalid_field',
      'errors[0].phase must',
    ],
    [
      'has a bad error time',
      { ...EVENT, errors: [{ ...ERROR, timestamp: 'now' }] },
      'invalid_field',
      'errors[0].timestamp',
    ],
  ])('%s: the reason says what and where', (_, value, code, words) => {
    const reason = rejected(value);
    expect(reason.code).toBe(code);
    expect(reason.message).toContain(words);
    expect(reason.message.length).toBeLessThan(400);
  });

  it.each(['2026-05-12', '2026-05-12T10:24:00', '2026-02-30T10:24:00Z', '2026-13-01T10:24:00.000Z', '12 May 2026', ''])(
    'has the time %j, which is no moment: the reason shows the form to use',
    (occurredAt) => {
      const reason = rejected({ ...EVENT, occurredAt });
      expect(reason.code).toBe('invalid_field');
      expect(reason.message).toContain('use ISO 8601 with a zone, as 2026-05-12T10:24:00.000Z');
    },
  );

  it('has a year that an offset leads out of four digits', () => {
    expect(rejected({ ...EVENT, occurredAt: '0000-01-01T00:00:00+05:00' }).code).toBe('invalid_field');
    expect(rejected({ ...EVENT, occurredAt: '9999-12-31T23:00:00-05:00' }).code).toBe('invalid_field');
  });

  it('has no value', () => {
    expect(rejectedBy(parseCallEvent(null, Buffer.from('abc-123'), POSITION)).code).toBe('empty_value');
    expect(rejectedBy(parseCallEvent(Buffer.alloc(0), Buffer.from('abc-123'), POSITION)).code).toBe('empty_value');
  });

  it('is not UTF-8, though it would be JSON after replacing what is not', () => {
    const value = Buffer.from(JSON.stringify(EVENT).replace('client-1', 'client-\u00ff'), 'latin1');
    expect(() => JSON.parse(value.toString('utf8'))).not.toThrow();
    expect(rejectedBy(parseCallEvent(value, Buffer.from('abc-123'), POSITION)).code).toBe('not_utf8');
  });

  it('has 300 KB, whatever they hold', () => {
    const reason = rejected('x'.repeat(300_000));
    expect(reason).toMatchObject({
      code: 'too_large',
      message: expect.stringContaining('300000 bytes, at most 262144'),
    });
  });

  it('has no key, or another than its callId: the reason names both and what to do', () => {
    const value = Buffer.from(JSON.stringify(EVENT));
    expect(rejectedBy(parseCallEvent(value, null, POSITION))).toMatchObject({ code: 'key_missing' });
    const reason = rejectedBy(parseCallEvent(value, Buffer.from('other'), POSITION));
    expect(reason.code).toBe('key_mismatch');
    expect(reason.message).toMatch(/key is "other" but data\.callId is "abc-123"; use data\.callId as the key/);
  });

  it('has a key of broken UTF-8 that only reads like its callId', () => {
    const value = Buffer.from(JSON.stringify({ ...EVENT, data: { ...data, callId: '\ufffd' } }));
    expect(parseCallEvent(value, Buffer.from('\ufffd'), POSITION).ok).toBe(true);
    expect(rejectedBy(parseCallEvent(value, Buffer.from([0xff]), POSITION)).code).toBe('key_mismatch');
  });

  it('quotes no more than a bounded piece of the input', () => {
    const long = 'y'.repeat(100_000);
    expect(rejected({ ...EVENT, eventType: long }).message.length).toBeLessThan(300);
    expect(rejected(EVENT, long).message.length).toBeLessThan(300);
    expect(rejected(`"${long}`).message.length).toBeLessThan(300);
  });
});

function parse(value: unknown, key = 'abc-123', position = POSITION): Parsed {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return parseCallEvent(Buffer.from(text), Buffer.from(key), position);
}

function acceptedBy(parsed: Parsed): CallEvent {
  if (!parsed.ok) throw new Error(`rejected: ${parsed.reason.code}: ${parsed.reason.message}`);
  return parsed.event;
}

function rejectedBy(parsed: Parsed): Rejection {
  if (parsed.ok) throw new Error('taken, not rejected');
  return parsed.reason;
}

const accepted = (value: unknown, key?: string): CallEvent => acceptedBy(parse(value, key));
const rejected = (value: unknown, key?: string): Rejection => rejectedBy(parse(value, key));
