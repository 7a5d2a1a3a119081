import type { CallEvent } from '#libs/contracts';
import { HEADERS, TOPICS, type Producer } from '#libs/kafka';
import { childOf } from '#libs/runtime';
import { Problem, unavailable } from '../http/problem.js';

export interface PublishOptions {
  /** Of the request, if it had one. */
  readonly traceparent: string | undefined;
  /** Route it to this endpoint alone. */
  readonly onlyEndpoint?: string;
}

/** Call events into `calls.events`, as any producer writes them. */
export class EventPublisher {
  constructor(private readonly producer: Pick<Producer, 'send'>) {}

  /**
   * Resolves when Kafka has acknowledged it.
   * @param value the event as it is to be written.
   * @throws Problem 503 when Kafka did not in time: the event may or may not be there.
   */
  async publish(event: CallEvent, value: Buffer, { traceparent, onlyEndpoint }: PublishOptions): Promise<void> {
    const headers: Record<string, string> = { [HEADERS.traceparent]: childOf(traceparent ?? null) };
    if (onlyEndpoint !== undefined) headers[HEADERS.onlyEndpoint] = onlyEndpoint;
    try {
      await this.producer.send([{ topic: TOPICS.events, key: event.data.callId, value, headers }]);
    } catch (error) {
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
