import { eventAttributes } from '#libs/contracts';
import { TOPICS } from '#libs/kafka';
import type { OpenSpan, SpanAttributes, Tracing } from '#libs/runtime';
import type { RoutedEvent } from './route-batch.js';

/** One span for each event of a batch: from when the batch was taken up until Kafka has its jobs. */
export class RouteSpans {
  private readonly spans: OpenSpan[] = [];

  constructor(
    private readonly tracing: Tracing,
    /** Unix milliseconds. */
    private readonly startedAt: number,
  ) {}

  /** Of the next event. @returns what its jobs continue. */
  start(parent: string | null): string {
    const { startedAt } = this;
    const span = this.tracing.start(parent, { name: `route ${TOPICS.events}`, kind: 'consumer', startedAt });
    if (this.tracing.isOn) this.spans.push(span);
    return span.traceparent;
  }

  /** @param events in the order of `start`. @param endedAt Unix milliseconds. */
  end(partition: number, events: readonly RoutedEvent[], endedAt: number): void {
    this.spans.forEach((span, index) => {
      const routed = events[index];
      if (routed === undefined) return;
      const { outcome } = routed;
      const failure = 'reason' in outcome ? `${outcome.reason.code}: ${outcome.reason.message}` : null;
      span.end({ endedAt, failure, attributes: () => attributesOf(partition, routed) });
    });
  }
}

/** By https://opentelemetry.io/docs/specs/semconv/messaging/kafka/, and our own words under `recho.`. */
function attributesOf(partition: number, { record, outcome }: RoutedEvent): SpanAttributes {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.name': 'route',
    'messaging.operation.type': 'process',
    'messaging.destination.name': TOPICS.events,
    'messaging.destination.partition.id': String(partition),
    'messaging.kafka.offset': record.offset,
    'messaging.kafka.message.key': record.key?.toString(),
    'messaging.consumer.group.name': 'router',
    'messaging.message.body.size': record.value?.length,
    ...('reason' in outcome
      ? { 'error.type': outcome.reason.code, 'recho.jobs': 0 }
      : {
          'messaging.message.id': outcome.event.eventId,
          ...eventAttributes(outcome.event),
          'recho.jobs': outcome.jobs.length,
        }),
  };
}
