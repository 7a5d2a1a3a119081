import type { CallEvent } from './call-event.js';

/** An event's names on every span that knows it: what its trace is found by. */
export function eventAttributes({ eventId, eventType, projectId, data }: CallEvent) {
  return {
    'recho.call.id': data.callId,
    'recho.event.id': eventId,
    'recho.event.type': eventType,
    'recho.project.id': projectId,
  };
}
