import type { CallError, CallEvent, EventType, Job } from '../index.js';

/**
 * What the golden files were made from: one job per event type, and across them everything that varies in a body.
 * What `GOLDEN_JOBS[eventType]` makes is `<destination>/<eventType>.json`, byte by byte.
 */
export const GOLDEN_JOBS: Readonly<Record<EventType, Job>> = {
  OUTBOUND_CALL_PENDING: job('OUTBOUND_CALL_PENDING', 1, {}),
  OUTBOUND_CALL_REQUESTED: job('OUTBOUND_CALL_REQUESTED', 2, { data: { callSid: null } }),
  OUTBOUND_CALL_CALLING: job('OUTBOUND_CALL_CALLING', 3, { data: { clientId: null } }),
  OUTBOUND_CALL_CLOSING: job('OUTBOUND_CALL_CLOSING', 4, { data: { callSid: null, clientId: null } }),
  // It ended normally, and carries an error all the same: `errors` decides, not the type.
  OUTBOUND_CALL_COMPLETED: job('OUTBOUND_CALL_COMPLETED', 5, {
    data: { callStatus: 'COMPLETED' },
    errors: [error({ code: 'RECORDING_FAILED', message: 'the recording was not stored', phase: 'CLOSING' })],
  }),
  OUTBOUND_CALL_EXPIRED: job('OUTBOUND_CALL_EXPIRED', 6, {}, { contentKey: 'template-7/äöü' }),
  OUTBOUND_CALL_NO_RESPONSE: job(
    'OUTBOUND_CALL_NO_RESPONSE',
    7,
    { data: { callId: 'звонок-7', clientId: 'クライアント' } },
    { name: 'Büro — 東京 ☎️' },
  ),
  OUTBOUND_CALL_CANCELED: job('OUTBOUND_CALL_CANCELED', 8, { data: { callStatus: '', clientId: '' } }),
  OUTBOUND_CALL_BUSY: { ...job('OUTBOUND_CALL_BUSY', 9, {}), authType: 'BEARER' },
  OUTBOUND_CALL_UNREACHABLE: { ...job('OUTBOUND_CALL_UNREACHABLE', 10, {}), authType: 'SIGNATURE_RSA_SHA256' },
  OUTBOUND_CALL_MAX_ATTEMPTS_REACHED: job('OUTBOUND_CALL_MAX_ATTEMPTS_REACHED', 11, {
    errors: [
      error({ code: 'BUSY', message: 'line busy', phase: 'DIALING' }),
      error({ code: 'BUSY', message: 'line busy again', phase: 'DIALING', timestamp: '2026-05-12T10:23:50.250Z' }),
      error({ code: 'NO_RESPONSE', message: '', phase: 'RINGING', timestamp: '2026-05-12T10:23:59.999Z' }),
    ],
  }),
  // The published sample.
  OUTBOUND_CALL_ERROR: job('OUTBOUND_CALL_ERROR', 12, { data: { callStatus: 'CALLING' }, errors: [error({})] }),
  INBOUND_CALL_CONNECTING: job('INBOUND_CALL_CONNECTING', 13, { occurredAt: '2025-12-31T23:59:59.999Z' }),
  INBOUND_CALL_CALLING: job('INBOUND_CALL_CALLING', 14, {
    data: { callId: 'quote " backslash \\ slash / line \n tab \t', clientId: 'bell \u0007 del \u007f sep \u2028' },
  }),
  INBOUND_CALL_CLOSING: job('INBOUND_CALL_CLOSING', 15, { data: { callId: '📞-😀-👩‍👩‍👧', clientId: 'שלום' } }),
  INBOUND_CALL_COMPLETED: job('INBOUND_CALL_COMPLETED', 16, { data: { callStatus: 'COMPLETED' } }),
  INBOUND_CALL_CONCURRENCY_LIMIT_EXCEEDED: job('INBOUND_CALL_CONCURRENCY_LIMIT_EXCEEDED', 17, {
    errors: [error({ code: 'CONCURRENCY_LIMIT', message: '10 of 10 calls', where: '', phase: '' })],
  }),
  INBOUND_CALL_ERROR: job('INBOUND_CALL_ERROR', 18, {
    data: { callSid: null },
    errors: [
      error({
        message: 'peer said "no"\nand hung up 💥',
        stacktrace: 'Error: no route\n    at connect (/app/adapter.js:10:7)\n    at C:\\app\\dial.js:3:1',
      }),
    ],
  }),
};

interface Variation {
  readonly occurredAt?: string;
  readonly data?: Partial<CallEvent['data']>;
  readonly errors?: readonly CallError[];
}

/** The published sample with other errors. */
export function sampleWith(errors: readonly Partial<CallError>[]): CallEvent {
  return { ...GOLDEN_JOBS.OUTBOUND_CALL_ERROR.event, errors: errors.map(error) };
}

function job(eventType: EventType, ordinal: number, vary: Variation, endpoint: Partial<Job['endpoint']> = {}): Job {
  return {
    v: 1,
    deliveryId: uuid('de', ordinal),
    endpoint: {
      id: uuid('e0', ordinal),
      name: 'My receiver',
      endpointType: 'CUSTOM',
      target: 'https://receiver.example.com/webhook?source=recho&x=1',
      contentKey: null,
      ...endpoint,
    },
    authType: 'NONE',
    event: {
      eventId: uuid('ee', ordinal),
      projectId: '3f0c7a52-9d1e-4c57-8a34-6b2f0d9e1c77',
      eventType,
      occurredAt: vary.occurredAt ?? '2026-05-12T10:24:00.000Z',
      data: { callId: 'abc-123', callStatus: 'PENDING', callSid: 'CA0123', clientId: 'client-1', ...vary.data },
      errors: vary.errors ?? [],
    },
    receivedAt: Date.UTC(2026, 4, 12, 10, 24, 1),
    configVersion: 1,
  };
}

function error(vary: Partial<CallError>): CallError {
  return {
    code: 'NETWORK_ERROR',
    message: 'Connection lost',
    timestamp: '2026-05-12T10:23:45.000Z',
    where: 'OutboundCallAdapter.connect',
    phase: 'CONNECTING',
    stacktrace: '',
    ...vary,
  };
}

function uuid(prefix: string, ordinal: number): string {
  return `${prefix}000000-0000-4000-8000-${String(ordinal).padStart(12, '0')}`;
}
