import { isUtf8 } from 'node:buffer';
import type { CallError, CallEvent } from './call-event.js';
import { isEventType } from './event-types.js';
import { eventIdOf, isUuid, type EventPosition } from './ids.js';
import { normalTime } from './normal-time.js';

/** Why an event is not taken: a stable code, and words that its producer can act on. */
export interface Rejection {
  readonly code: string;
  readonly message: string;
}

export type Parsed =
  { readonly ok: true; readonly event: CallEvent } | { readonly ok: false; readonly reason: Rejection };

/** The largest event value, in bytes. */
export const MAX_EVENT_BYTES = 256 * 1024;
/** The longest callId and eventId, in UTF-16 units. */
export const MAX_ID_LENGTH = 256;
/** The longest callStatus, callSid and clientId, in UTF-16 units: what cannot be cut must not fill a body. */
export const MAX_FIELD_LENGTH = 1024;

/** Carries a rejection up to `parseCallEvent`; never leaves this file. */
class Reject extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Checks and normalises a call event that was parsed already, as `parseCallEvent` does, with the same codes and words.
 * For what comes in another way than by Kafka; a record made of the result is then taken, unless it is too large.
 */
export function checkCallEvent(value: unknown, position: EventPosition): Parsed {
  return parsed(() => eventOf(fieldsOf(value, 'the value'), position));
}

/**
 * Checks and normalises a record of `calls.events`. Unknown fields are ignored; the result is built field by field, so
 * nothing of the input's shape (`__proto__`, say) gets any further. Never throws.
 *
 * Codes: `empty_value`, `too_large`, `not_utf8`, `not_json`, `missing_field`, `invalid_field`, `unknown_event_type`,
 * `key_missing`, `key_mismatch`, `unreadable`. Required are projectId, eventType, occurredAt, data.callId,
 * data.callStatus, and code and message of each error.
 *
 * @param position names the event when its producer did not.
 */
export function parseCallEvent(value: Buffer | null, key: Buffer | null, position: EventPosition): Parsed {
  return parsed(() => {
    const event = eventOf(jsonOf(value), position);
    checkKey(key, event.data.callId);
    return event;
  });
}

function parsed(read: () => CallEvent): Parsed {
  try {
    return { ok: true, event: read() };
  } catch (error) {
    if (error instanceof Reject) return { ok: false, reason: { code: error.code, message: error.message } };
    // Not foreseen, but a record must never stop its partition: the raw bytes are kept with the rejection.
    return { ok: false, reason: { code: 'unreadable', message: `the value cannot be read: ${describe(error)}` } };
  }
}

function jsonOf(value: Buffer | null): Fields {
  if (value === null || value.length === 0) {
    throw new Reject('empty_value', 'the record has no value; send the call event as JSON');
  }
  if (value.length > MAX_EVENT_BYTES) {
    throw new Reject(
      'too_large',
      `the value has ${value.length} bytes, at most ${MAX_EVENT_BYTES} are taken; shorten errors[].stacktrace and errors[].message`,
    );
  }
  if (!isUtf8(value)) throw new Reject('not_utf8', 'the value is not valid UTF-8; encode the JSON as UTF-8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.toString('utf8'));
  } catch (error) {
    throw new Reject('not_json', `the value is not JSON: ${describe(error)}`);
  }
  return fieldsOf(parsed, 'the value');
}

function checkKey(key: Buffer | null, callId: string): void {
  const text = key?.toString('utf8');
  // Bytes that are no UTF-8 would read as U+FFFD and might look equal.
  if (text === callId && isUtf8(key!)) return;
  throw new Reject(
    text === undefined ? 'key_missing' : 'key_mismatch',
    `the record's key is ${text === undefined ? 'missing' : quote(text)} but data.callId is ${quote(callId)}; ` +
      'use data.callId as the key: it is what keeps a call in order',
  );
}

function eventOf(fields: Fields, position: EventPosition): CallEvent {
  const eventType = text(fields, 'eventType');
  if (!isEventType(eventType)) {
    throw new Reject(
      'unknown_event_type',
      `eventType ${quote(eventType)} is not in the catalogue (GET /v1/event-types)`,
    );
  }
  const projectId = text(fields, 'projectId');
  if (!isUuid(projectId)) throw new Reject('invalid_field', `projectId ${quote(projectId)} is not a UUID`);
  const eventId = fields['eventId'];
  if (fields['data'] === undefined) throw missing('data');
  const data = fieldsOf(fields['data'], 'data');
  const occurredAt = timestamp(fields, 'occurredAt', '');
  return {
    eventId: eventId === undefined || eventId === null ? eventIdOf(position) : id(fields, 'eventId', ''),
    projectId: projectId.toLowerCase(),
    eventType,
    occurredAt,
    data: {
      callId: id(data, 'callId', 'data.'),
      callStatus: atMost(MAX_FIELD_LENGTH, text(data, 'callStatus', 'data.'), 'data.callStatus'),
      callSid: atMost(MAX_FIELD_LENGTH, textOrNull(data, 'callSid', 'data.'), 'data.callSid'),
      clientId: atMost(MAX_FIELD_LENGTH, textOrNull(data, 'clientId', 'data.'), 'data.clientId'),
    },
    errors: errorsOf(fields['errors'], occurredAt),
  };
}

/** `code` and `message` are required; the time of an error that has none is its event's, other texts are then "". */
function errorsOf(errors: unknown, occurredAt: string): CallError[] {
  if (errors === undefined || errors === null) return [];
  if (!Array.isArray(errors)) throw wrongType('errors', 'an array', errors);
  return errors.map((one: unknown, index) => {
    const at = `errors[${index}]`;
    const fields = fieldsOf(one, at);
    return {
      code: text(fields, 'code', `${at}.`),
      message: text(fields, 'message', `${at}.`),
      timestamp: has(fields, 'timestamp') ? timestamp(fields, 'timestamp', `${at}.`) : occurredAt,
      where: textOrNull(fields, 'where', `${at}.`) ?? '',
      phase: textOrNull(fields, 'phase', `${at}.`) ?? '',
      stacktrace: textOrNull(fields, 'stacktrace', `${at}.`) ?? '',
    };
  });
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(name, 'an object', value);
  return value as Fields;
}

/** An own field with a value: a name like `constructor` finds nothing that the producer did not send. */
function has(fields: Fields, name: string): boolean {
  return Object.hasOwn(fields, name) && fields[name] !== undefined && fields[name] !== null;
}

function text(fields: Fields, name: string, at = ''): string {
  if (!has(fields, name)) throw missing(at + name);
  const value = fields[name];
  if (typeof value !== 'string') throw wrongType(at + name, 'a string', value);
  // A lone surrogate is no character: UTF-8 has no bytes for it. And U+0000 is none that Postgres can keep.
  const wellFormed = value.isWellFormed() ? value : value.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\ufffd') : wellFormed;
}

function textOrNull(fields: Fields, name: string, at: string): string | null {
  return has(fields, name) ? text(fields, name, at) : null;
}

function id(fields: Fields, name: string, at: string): string {
  const value = text(fields, name, at);
  if (value === '') throw new Reject('missing_field', `${at}${name} is empty; give it a value`);
  return atMost(MAX_ID_LENGTH, value, at + name);
}

function atMost<Text extends string | null>(length: number, value: Text, name: string): Text {
  if (value === null || value.length <= length) return value;
  throw new Reject('invalid_field', `${name} has ${value.length} characters, at most ${length} are taken; shorten it`);
}

function timestamp(fields: Fields, name: string, at: string): string {
  const value = text(fields, name, at);
  const normal = normalTime(value);
  if (normal !== null) return normal;
  throw new Reject(
    'invalid_field',
    `${at}${name} is ${quote(value)}; use ISO 8601 with a zone, as 2026-05-12T10:24:00.000Z`,
  );
}

function missing(name: string): Reject {
  return new Reject('missing_field', `${name} is missing; it is required`);
}

const ARTICLED: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  object: 'an object',
};

function wrongType(name: string, expected: string, value: unknown): Reject {
  const found = value === null ? 'null' : Array.isArray(value) ? 'an array' : ARTICLED[typeof value];
  return new Reject('invalid_field', `${name} must be ${expected}, but is ${found}`);
}

function quote(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}

/** An error in words, bounded: the words of JSON.parse quote the input. */
function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}
