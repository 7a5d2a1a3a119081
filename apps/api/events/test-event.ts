import type { CallEvent, EventType } from '#libs/contracts';

/**
 * What the test button sends: an event as a real call would send it, told apart by its callId (`test-…`). An error type
 * carries one error, as it would.
 */
export function testEvent(
  projectId: string,
  eventType: EventType,
  { eventId, callId }: { readonly eventId: string; readonly callId: string },
  now: Date,
): CallEvent {
  const occurredAt = now.toISOString();
  const callStatus = eventType.replace(/^(OUTBOUND|INBOUND)_CALL_/, '');
  const error = {
    code: 'TEST_ERROR',
    message: 'This is a test: no call has failed',
    timestamp: occurredAt,
    where: 'test',
    phase: 'TEST',
    stacktrace: '',
  };
  return {
    eventId,
    projectId,
    eventType,
    occurredAt,
    data: { callId, callStatus, callSid: null, clientId: null },
    errors: callStatus === 'ERROR' ? [error] : [],
  };
}
