import { eventAttributes, type CallEvent } from '#libs/contracts';
import { TOPICS } from '#libs/kafka';
import type { SpanAttributes } from '#libs/runtime';

/** Of the span of an event that is published. */
export function sendAttributes(event: CallEvent, bytes: number): SpanAttributes {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': TOPICS.events,
    'messaging.kafka.message.key': event.data.callId,
    'messaging.message.id': event.eventId,
    'messaging.message.body.size': bytes,
    ...eventAttributes(event),
  };
}
