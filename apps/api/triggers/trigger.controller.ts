import { Controller, Get, Inject, Put } from '@nestjs/common';
import { EVENT_CATALOGUE } from '#libs/contracts';
import { PathId, ValidBody } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import { EventTypePage, NewTriggers, Triggers } from './trigger.schemas.js';
import { TriggerStore } from './trigger-store.js';

@Controller('v1')
export class TriggerController {
  constructor(@Inject(TriggerStore) private readonly triggers: TriggerStore) {}

  @Get('event-types')
  @Answers(200, EventTypePage, { summary: 'List the event types, with their labels' })
  eventTypes(): object {
    return { items: EVENT_CATALOGUE.map(({ eventType, label }) => ({ eventType, label })), nextCursor: null };
  }

  @Get('projects/:projectId/triggers')
  @Answers(200, Triggers, { summary: 'Show which events go to which endpoints', problems: [404] })
  get(@PathId('projectId', 'project') projectId: string): Promise<Triggers> {
    return this.triggers.get(projectId);
  }

  @Put('projects/:projectId/triggers')
  @Answers(200, Triggers, {
    summary: 'Set which events go to which endpoints',
    description: 'Replaces the whole map. Events published after the answer are routed by it.',
    problems: [404, 422],
  })
  replace(
    @PathId('projectId', 'project') projectId: string,
    @ValidBody(NewTriggers) body: NewTriggers,
  ): Promise<Triggers> {
    return this.triggers.replace(projectId, body);
  }
}
