import { randomUUID } from 'node:crypto';
import type { EventType } from '#libs/contracts';
import { planCall, type PlannedEvent, type Random } from './sequences.js';

export interface SimulatedCall {
  readonly callId: string;
  readonly planned: readonly PlannedEvent[];
  readonly projectId: string;
  readonly callSid: string;
  readonly clientId: string;
}

export function simulateCall(projectId: string, callId: string, random: Random, errorShare: number): SimulatedCall {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return {
    callId,
    planned: planCall(random, errorShare),
    projectId,
    callSid: `CA${hex}`,
    clientId: `client-${1 + Math.floor(random() * 40)}`,
  };
}

/** What a producer writes to calls.events for one event of the call. */
export interface WireEvent {
  readonly eventId: string;
  readonly projectId: string;
  readonly eventType: EventType;
  readonly occurredAt: string;
  readonly data: { callId: string; callStatus: string; callSid: string | null; clientId: string };
  readonly errors: readonly object[];
}

/** @param index which of the call's events. @param now Unix milliseconds. */
export function wireEvent(call: SimulatedCall, index: number, now: number): WireEvent {
  const { eventType, faulty } = call.planned[index]!;
  const occurredAt = new Date(now).toISOString();
  return {
    eventId: randomUUID(),
    projectId: call.projectId,
    eventType,
    occurredAt,
    data: {
      callId: call.callId,
      callStatus: statusAt(call.planned, index),
      // The carrier's id is there once the carrier was asked.
      callSid: index === 0 ? null : call.callSid,
      clientId: call.clientId,
    },
    errors: faulty ? [errorOf(statusAt(call.planned, index), occurredAt)] : [],
  };
}

/** An error says where the call was when it happened, as the contract's own example does. */
function statusAt(planned: readonly PlannedEvent[], index: number): string {
  const own = planned[index]!.eventType;
  const eventType = own.endsWith('_ERROR') && index > 0 ? planned[index - 1]!.eventType : own;
  return eventType.replace(/^(OUTBOUND|INBOUND)_CALL_/, '');
}

function errorOf(phase: string, timestamp: string): object {
  return {
    code: 'NETWORK_ERROR',
    message: `The carrier did not answer while the call was ${phase.toLowerCase()}`,
    timestamp,
    where: 'CallAdapter.connect',
    phase,
    stacktrace: '',
  };
}
