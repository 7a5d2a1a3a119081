import { Body, Controller, Headers, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import { PathId, ValidBody } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import { IdempotencyKey, NewEvent, NewTest, PublishedEvent, PublishedTest } from './event.schemas.js';
import { EventService } from './event-service.js';

const TRACEPARENT = { traceparent: z.string().meta({ description: 'W3C trace context; continued' }) };

@Controller('v1/projects/:projectId')
export class EventController {
  constructor(@Inject(EventService) private readonly events: EventService) {}

  @Post('events')
  @Answers(202, PublishedEvent, {
    summary: 'Publish a call event, for producers without a Kafka client',
    description:
      'Answered once Kafka has it. With an Idempotency-Key a request may be repeated safely: the same event is ' +
      'published once. Events of one call keep the order in which their requests are answered.',
    body: NewEvent,
    headers: { 'Idempotency-Key': IdempotencyKey, ...TRACEPARENT },
    problems: [404, 409, 413, 422],
  })
  publish(
    @PathId('projectId', 'project') projectId: string,
    @Body() body: unknown,
    @Headers('idempotency-key') key: string | undefined,
    @Headers('traceparent') traceparent: string | undefined,
  ): Promise<PublishedEvent> {
    return this.events.publish(projectId, body, key, traceparent);
  }

  @Post('endpoints/:endpointId/test')
  @Answers(202, PublishedTest, {
    summary: 'Send a test event through the real pipeline to this endpoint alone',
    description: 'Whatever the triggers say. Follow it by its callId.',
    headers: TRACEPARENT,
    problems: [404, 422],
  })
  test(
    @PathId('projectId', 'project') projectId: string,
    @PathId('endpointId', 'endpoint') endpointId: string,
    @ValidBody(NewTest) { eventType }: NewTest,
    @Headers('traceparent') traceparent: string | undefined,
  ): Promise<PublishedTest> {
    return this.events.test(projectId, endpointId, eventType, traceparent);
  }
}
