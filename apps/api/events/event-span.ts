import type { CallEvent } from '#libs/contracts';
import { TOPICS } from '#libs/kafka';
import type { SpanAttributes } from '#libs/runtime';

/** Of the span of an event that is published. */
export function eventAttributes({ eventId, eventType, projectId, data }: CallEvent, bytes: number): SpanAttributes {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': TOPICS.events,
    'messaging.kafka.message.key': data.callId,
    'messaging.message.id': eventId,
    'messaging.message.body.size': bytes,
    'recho.call.id': data.callId,
    'recho.event.id': eventId,
    'recho.event.type': eventType,
    'recho.project.id': projectId,
  };
}
