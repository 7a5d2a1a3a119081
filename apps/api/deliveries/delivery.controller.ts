import { Controller, Get, Inject, Param } from '@nestjs/common';
import { PageQuery, type Page } from '../http/paging.js';
import { PathId, ValidQuery } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import { CallHistory, Delivery, DeliveryPage, DeliveryQuery, DeliveryWithAttempts } from './delivery.schemas.js';
import { DeliveryHistory } from './delivery-history.js';

@Controller('v1/projects/:projectId')
export class DeliveryController {
  constructor(@Inject(DeliveryHistory) private readonly history: DeliveryHistory) {}

  @Get('deliveries')
  @Answers(200, DeliveryPage, {
    summary: 'Search the deliveries, newest first',
    description: 'A delivery is shown as soon as its first attempt is recorded.',
    problems: [404, 422],
  })
  search(
    @PathId('projectId', 'project') projectId: string,
    @ValidQuery(DeliveryQuery) query: DeliveryQuery,
  ): Promise<Page<Delivery>> {
    return this.history.search(projectId, query);
  }

  @Get('deliveries/:deliveryId')
  @Answers(200, DeliveryWithAttempts, { summary: 'Show a delivery, with its event and its attempts', problems: [404] })
  get(
    @PathId('projectId', 'project') projectId: string,
    @PathId('deliveryId', 'delivery') deliveryId: string,
  ): Promise<DeliveryWithAttempts> {
    return this.history.get(projectId, deliveryId);
  }

  @Get('calls/:callId')
  @Answers(200, CallHistory, {
    summary: "Show a call's events, in order, and what became of them",
    problems: [404, 422],
  })
  call(
    @PathId('projectId', 'project') projectId: string,
    @Param('callId') callId: string,
    @ValidQuery(PageQuery) query: PageQuery,
  ): Promise<CallHistory> {
    return this.history.call(projectId, callId, query);
  }
}
