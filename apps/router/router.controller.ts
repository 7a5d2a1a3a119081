import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { TOPICS, type RecordBatch } from '#libs/kafka';
import { Router } from './router.js';

@Controller()
export class RouterController {
  constructor(@Inject(Router) private readonly router: Router) {}

  @EventPattern(TOPICS.events)
  async events(@Payload() batch: RecordBatch): Promise<void> {
    await this.router.route(batch);
  }
}
