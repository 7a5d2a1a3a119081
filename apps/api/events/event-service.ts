import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { CallEvent, EventType } from '#libs/contracts';
import { Database } from '#libs/storage';
import { EndpointStore } from '../endpoints/endpoint-store.js';
import { invalid } from '../http/problem.js';
import { ProjectStore } from '../projects/project-store.js';
import { EventPublisher } from './event-publisher.js';
import { IdempotencyKey, type PublishedEvent, type PublishedTest } from './event.schemas.js';
import { publishOnce, requestHash } from './idempotency.js';
import { encodeEvent, readEvent } from './read-event.js';
import { testEvent } from './test-event.js';

/** Keyed requests hold a connection while Kafka acknowledges: they have a pool of their own, so nobody waits for them. */
export const KEYED_DATABASE = Symbol('KEYED_DATABASE');

@Injectable()
export class EventService {
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(EndpointStore) private readonly endpoints: EndpointStore,
    @Inject(KEYED_DATABASE) private readonly database: Database,
    @Inject(EventPublisher) private readonly publisher: EventPublisher,
  ) {}

  /** @param key of the Idempotency-Key header. */
  async publish(
    projectId: string,
    body: unknown,
    key: string | undefined,
    traceparent: string | undefined,
  ): Promise<PublishedEvent> {
    if (key !== undefined && !IdempotencyKey.safeParse(key).success) {
      throw invalid([
        { field: 'Idempotency-Key', message: 'must be 1 to 255 characters of visible ASCII; a UUID will do' },
      ]);
    }
    await this.projects.get(projectId);
    const { event, value, named } = readEvent(body, projectId);
    if (key === undefined) {
      await this.publisher.publish(event, value, { traceparent });
      return { eventId: event.eventId };
    }
    const request = { projectId, key, hash: requestHash(event, named), eventId: event.eventId };
    const eventId = await publishOnce(this.database, request, async (id) => {
      const keyed: CallEvent = { ...event, eventId: id };
      await this.publisher.publish(keyed, encodeEvent(keyed), { traceparent });
    });
    return { eventId };
  }

  /** A test event through the real pipeline, to that endpoint alone. */
  async test(
    projectId: string,
    endpointId: string,
    eventType: EventType,
    traceparent: string | undefined,
  ): Promise<PublishedTest> {
    await this.endpoints.get(projectId, endpointId);
    const ids = { eventId: randomUUID(), callId: `test-${randomUUID()}` };
    const event = testEvent(projectId, eventType, ids, new Date());
    await this.publisher.publish(event, encodeEvent(event), { traceparent, onlyEndpoint: endpointId });
    return ids;
  }
}
