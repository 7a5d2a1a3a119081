import { Controller, Get, Inject } from '@nestjs/common';
import { NeedsRole } from '../access/rights.js';
import { Answers } from '../openapi/route-docs.js';
import { Services } from './service.schemas.js';
import { ServicesService } from './services-service.js';

@Controller('v1/services')
export class ServicesController {
  constructor(@Inject(ServicesService) private readonly services: ServicesService) {}

  @Get()
  @NeedsRole('admin token')
  @Answers(200, Services, {
    summary: 'Show the services: who runs, and how far behind each is',
    description: "As Kafka knows their consumer groups. A service's own /health/ready tells more, in words.",
  })
  all(): Promise<Services> {
    return this.services.all();
  }
}
