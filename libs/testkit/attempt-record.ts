import { randomUUID } from 'node:crypto';
import type { AttemptRecord } from '#libs/contracts';

const PROJECT_ID = '3f0c7a52-9d1e-4c57-8a34-6b2f0d9e1c77';

const NOON = Date.UTC(2026, 10, 24, 12);

/** A record of `deliveries.attempts`: the delivered first attempt of a new delivery, unless told otherwise. */
export function attemptRecord(vary: Partial<AttemptRecord> = {}): AttemptRecord {
  const receivedAt = vary.receivedAt ?? NOON;
  const callId = vary.callId ?? 'call-1';
  const eventId = vary.eventId ?? randomUUID();
  const attempt = vary.attempt ?? 1;
  const event = {
    eventId,
    projectId: PROJECT_ID,
    eventType: 'OUTBOUND_CALL_CALLING',
    occurredAt: new Date(NOON).toISOString(),
    data: { callId, callStatus: 'CALLING', callSid: null, clientId: null },
    errors: [],
  } as const;
  return {
    v: 1,
    deliveryId: randomUUID(),
    projectId: PROJECT_ID,
    endpointId: 'e0000000-0000-4000-8000-000000000001',
    endpointName: 'My receiver',
    endpointType: 'CUSTOM',
    callId,
    eventId,
    eventType: event.eventType,
    receivedAt,
    attempt,
    verdict: attempt === 0 ? null : 'delivered',
    status: 'delivered',
    reason: null,
    startedAt: receivedAt + 5,
    durationMs: 12,
    target: 'https://receiver.example.com/webhook',
    authType: 'NONE',
    responseStatus: attempt === 0 ? null : 200,
    responseBody: attempt === 0 ? null : 'ok',
    mark: null,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    event: attempt <= 1 ? event : null,
    ...vary,
  };
}
