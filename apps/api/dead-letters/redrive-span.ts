import { eventAttributes, KIND_OF } from '#libs/contracts';
import { TOPICS } from '#libs/kafka';
import type { OpenSpan, Tracing } from '#libs/runtime';
import type { DeadLetter } from '#libs/storage';

/** A trace of its own, with a link to the attempt that gave the delivery up. */
export function startRedriveSpan(tracing: Pick<Tracing, 'start'>, { endpoint, traceparent }: DeadLetter): OpenSpan {
  return tracing.start(null, {
    name: `redrive ${TOPICS.jobs(KIND_OF[endpoint.endpointType])}`,
    kind: 'producer',
    startedAt: Date.now(),
    links: traceparent === null ? [] : [traceparent],
  });
}

export function endRedriveSpan(span: OpenSpan, { deliveryId, endpoint, event, redrives }: DeadLetter): void {
  span.end({
    endedAt: Date.now(),
    attributes: () => ({
      'messaging.system': 'kafka',
      'messaging.operation.name': 'redrive',
      'messaging.operation.type': 'send',
      'messaging.destination.name': TOPICS.jobs(KIND_OF[endpoint.endpointType]),
      'messaging.kafka.message.key': event.data.callId,
      'messaging.message.id': deliveryId,
      ...eventAttributes(event),
      'recho.endpoint.id': endpoint.id,
      'recho.delivery.id': deliveryId,
      'recho.redrive': redrives + 1,
    }),
  });
}
