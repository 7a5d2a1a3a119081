import type { EventType } from '#libs/contracts';

/** The size of every event's value, in bytes. */
export const EVENT_BYTES = 600;
/** What stands in front of an event's number, in the event as in the CUSTOM payload made of it. */
export const NUMBER_FIELD = '"clientId":"';

/** A call's life; one event each. */
const TYPES: readonly EventType[] = [
  'OUTBOUND_CALL_PENDING',
  'OUTBOUND_CALL_REQUESTED',
  'OUTBOUND_CALL_CALLING',
  'OUTBOUND_CALL_CLOSING',
  'OUTBOUND_CALL_COMPLETED',
];

export interface Shape {
  /** How many calls are under way at any time. */
  readonly activeCalls: number;
  /** How many events a call has. */
  readonly eventsPerCall: number;
}

export interface BenchEvent {
  /** From 0, in the order of producing. */
  readonly number: number;
  readonly callId: string;
  /** JSON of EVENT_BYTES bytes. */
  readonly value: string;
}

/** Which call event `number` belongs to: the active calls take turns, and are all replaced when they have ended. */
export function callOf(number: number, { activeCalls, eventsPerCall }: Shape): { call: number; step: number } {
  const round = activeCalls * eventsPerCall;
  const inRound = number % round;
  return {
    call: Math.floor(number / round) * activeCalls + (inRound % activeCalls),
    step: Math.floor(inRound / activeCalls),
  };
}

/** @param run tells the calls of one measurement from those of another. */
export function benchEvent(number: number, shape: Shape, projectId: string, run: string): BenchEvent {
  const { call, step } = callOf(number, shape);
  const callId = `${run}-${call}`;
  const occurredAt = new Date(Date.UTC(2026, 0, 1) + number).toISOString();
  const padded = (stacktrace: string): string =>
    JSON.stringify({
      eventId: `${run}-${number}`,
      projectId,
      eventType: TYPES[step % TYPES.length],
      occurredAt,
      data: { callId, callStatus: 'CALLING', callSid: 'CA0123456789abcdef0123456789abcdef', clientId: String(number) },
      errors: [
        {
          code: 'NETWORK_ERROR',
          message: 'The carrier did not answer',
          timestamp: occurredAt,
          where: 'OutboundCallAdapter.connect',
          phase: 'CONNECTING',
          stacktrace,
        },
      ],
    });
  return { number, callId, value: padded('x'.repeat(Math.max(0, EVENT_BYTES - padded('').length))) };
}
