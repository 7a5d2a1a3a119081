import { isUtf8 } from 'node:buffer';
import type { CallError, CallEvent } from './call-event.js';
import { EVENT_CATALOGUE, type EventType } from './event-types.js';
import { eventIdOf, isUuid, type EventPosition } from './ids.js';

/** Why an event is not taken: a stable code, and words that its producer can act on. */
export interface Rejection {
  readonly code: string;
  readonly message: string;
}

export type Parsed =
  { readonly ok: true; readonly event: CallEvent } | { readonly ok: false; readonly reason: Rejection };

/** The largest event value, in bytes. */
export const MAX_EVENT_BYTES = 256 * 1024;
/** The longest callId and eventId, in characters. */
export const MAX_ID_LENGTH = 256;

const EVENT_TYPES: ReadonlySet<string> = new Set(EVENT_CATALOGUE.map(({ eventType }) => eventType));

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
 * Checks and normalises a record of `calls.events`. Unknown fields are ignored; the result is built field by field, so
 * nothing of the input's shape (`__proto__`, say) gets any further. Never throws.
 *
 * @param position names the event when its producer did not.
 */
export function parseCallEvent(value: Buffer | null, key: Buffer | null, position: EventPosition): Parsed {
  try {
    const event = eventOf(jsonOf(value), position);
    checkKey(key, event.data.callId);
    return { ok: true, event };
  } catch (error) {
    if (error instanceof Reject) return { ok: false, reason: { code: error.code, message: error.message } };
    // JSON.parse of absurdly nested input can run out of stack: the input's fault, not ours.
    return {
      ok: false,
      reason: { code: 'not_json', message: `the value cannot be read as JSON: ${String(error).slice(0, 200)}` },
    };
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
    throw new Reject(
      'not_json',
      `the value is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : 'unreadable'}`,
    );
  }
  return fieldsOf(parsed, 'the value');
}

function checkKey(key: Buffer | null, callId: string): void {
  const text = key?.toString('utf8');
  if (text === callId) return;
  throw new Reject(
    text === undefined ? 'key_missing' : 'key_mismatch',
    `the record's key is ${text === undefined ? 'missing' : quote(text)} but data.callId is ${quote(callId)}; ` +
      'use data.callId as the key: it is what keeps a call in order',
  );
}

function eventOf(fields: Fields, position: EventPosition): CallEvent {
  const eventType = text(fields, 'eventType');
  if (!EVENT_TYPES.has(eventType)) {
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
  return {
    eventId: eventId === undefined || eventId === null ? eventIdOf(position) : id(fields, 'eventId', ''),
    projectId: projectId.toLowerCase(),
    eventType: eventType as EventType,
    occurredAt: timestamp(fields, 'occurredAt', ''),
    data: {
      callId: id(data, 'callId', 'data.'),
      callStatus: text(data, 'callStatus', 'data.'),
      callSid: textOrNull(data, 'callSid', 'data.'),
      clientId: textOrNull(data, 'clientId', 'data.'),
    },
    errors: errorsOf(fields['errors']),
  };
}

function errorsOf(errors: unknown): CallError[] {
  if (errors === undefined || errors === null) return [];
  if (!Array.isArray(errors)) throw wrongType('errors', 'an array', errors);
  return errors.map((one: unknown, index) => {
    const at = `errors[${index}]`;
    const fields = fieldsOf(one, at);
    return {
      code: text(fields, 'code', `${at}.`),
      message: text(fields, 'message', `${at}.`),
      timestamp: timestamp(fields, 'timestamp', `${at}.`),
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

function text(fields: Fields, name: string, at = ''): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined || value === null) throw missing(at + name);
  if (typeof value !== 'string') throw wrongType(at + name, 'a string', value);
  // A lone surrogate is no character: UTF-8 has no bytes for it.
  return value.isWellFormed() ? value : value.toWellFormed();
}

function textOrNull(fields: Fields, name: string, at: string): string | null {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return value === undefined || value === null ? null : text(fields, name, at);
}

function id(fields: Fields, name: string, at: string): string {
  const value = text(fields, name, at);
  if (value === '') throw new Reject('missing_field', `${at}${name} is empty; give it a value`);
  if (value.length > MAX_ID_LENGTH) {
    throw new Reject(
      'invalid_field',
      `${at}${name} has ${value.length} characters, at most ${MAX_ID_LENGTH} are taken`,
    );
  }
  return value;
}

/** ISO 8601 with a zone; a date alone or a local time would be read differently from machine to machine. */
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;
const NORMAL = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

function timestamp(fields: Fields, name: string, at: string): string {
  const value = text(fields, name, at);
  if (NORMAL.test(value)) return value; // the usual form needs no parsing
  const time = ISO.test(value) ? Date.parse(value.replace(',', '.')) : NaN;
  if (Number.isNaN(time)) {
    throw new Reject(
      'invalid_field',
      `${at}${name} is ${quote(value)}; use ISO 8601 with a zone, as 2026-05-12T10:24:00.000Z`,
    );
  }
  return new Date(time).toISOString();
}

function missing(name: string): Reject {
  return new Reject('missing_field', `${name} is missing; it is required`);
}

function wrongType(name: string, expected: string, value: unknown): Reject {
  const found = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;
  return new Reject('invalid_field', `${name} must be ${expected}, but is ${found}`);
}

function quote(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
