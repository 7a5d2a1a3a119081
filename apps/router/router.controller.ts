import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { BatchErrors, TOPICS, type RecordBatch } from '#libs/kafka';
import { Router } from './router.js';

@Controller()
@UseFilters(BatchErrors)
export class RouterController {
  constructor(@Inject(Router) private readonly router: Router) {}

  @EventPattern(TOPICS.events)
  async events(@Payload() batch: RecordBatch): Promise<void> {
    await this.router.route(batch);
  }
}
