import { TOPICS } from '#libs/kafka';
import { isSampled, type Tracing } from '#libs/runtime';
import type { PlacedRecord } from './read-records.js';

/**
 * One span for each record of a trace that is sampled, as a child of its attempt: from when it was taken up, with others, until
 * the history has it. @param during Unix milliseconds.
 */
export function recordSpans(
  tracing: Pick<Tracing, 'isOn' | 'start'>,
  records: readonly PlacedRecord[],
  during: { readonly startedAt: number; readonly endedAt: number },
): void {
  if (!tracing.isOn) return;
  const { startedAt, endedAt } = during;
  for (const { partition, offset, record } of records) {
    if (record.traceparent === null || !isSampled(record.traceparent)) continue;
    const span = tracing.start(record.traceparent, { name: `record ${TOPICS.attempts}`, kind: 'consumer', startedAt });
    span.end({
      endedAt,
      attributes: () => ({
        'messaging.system': 'kafka',
        'messaging.operation.name': 'record',
        'messaging.operation.type': 'process',
        'messaging.destination.name': TOPICS.attempts,
        'messaging.destination.partition.id': String(partition),
        'messaging.kafka.offset': offset,
        'messaging.consumer.group.name': 'recorder',
        'messaging.batch.message_count': records.length,
        'recho.call.id': record.callId,
        'recho.event.id': record.eventId,
        'recho.endpoint.id': record.endpointId,
        'recho.delivery.id': record.deliveryId,
        'recho.attempt': record.attempt,
        'recho.status': record.status,
      }),
    });
  }
}
