import type { CallEvent } from '#libs/contracts';
import { HEADERS, TOPICS, type Producer } from '#libs/kafka';
import { describeError, type Tracing } from '#libs/runtime';
import { sendAttributes } from './event-span.js';
import { Problem, unavailable } from '../http/problem.js';

export interface PublishOptions {
  /** Of the request, if it had one. */
  readonly traceparent: string | undefined;
  /** Route it to this endpoint alone. */
  readonly onlyEndpoint?: string;
}

/** Call events into `calls.events`, as any producer writes them. */
export class EventPublisher {
  constructor(
    private readonly producer: Pick<Producer, 'send'>,
    private readonly tracing: Pick<Tracing, 'start'>,
    /** Unix milliseconds. */
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Resolves when Kafka has acknowledged it.
   * @param value the event as it is to be written.
   * @throws Problem 503 when Kafka did not in time: the event may or may not be there.
   */
  async publish(event: CallEvent, value: Buffer, { traceparent, onlyEndpoint }: PublishOptions): Promise<void> {
    const started = { name: `send ${TOPICS.events}`, kind: 'producer', startedAt: this.now() } as const;
    const span = this.tracing.start(traceparent ?? null, started);
    const end = (failure: string | null): void =>
      span.end({ endedAt: this.now(), failure, attributes: () => sendAttributes(event, value.length) });
    const headers: Record<string, string> = { [HEADERS.traceparent]: span.traceparent };
    if (onlyEndpoint !== undefined) headers[HEADERS.onlyEndpoint] = onlyEndpoint;
    try {
      await this.producer.send([{ topic: TOPICS.events, key: event.data.callId, value, headers }]);
      end(null);
    } catch (error) {
      end(`kafka_away: ${describeError(error)}`);
      throw kafkaAway(error);
    }
  }
}

function kafkaAway(error: unknown): Problem {
  return unavailable(
    'kafka_away',
    'Kafka has not acknowledged the event, which may or may not be published; send it again in a few seconds, under ' +
      'the same Idempotency-Key or eventId',
    error,
  );
}
