import { Controller, Get, Inject } from '@nestjs/common';
import { PathId, ValidQuery } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import { HealthService } from './health-service.js';
import { Health, HealthQuery } from './health.schemas.js';

@Controller('v1/projects/:projectId/health')
export class ProjectHealthController {
  constructor(@Inject(HealthService) private readonly health: HealthService) {}

  @Get()
  @Answers(200, Health, {
    summary: 'Show how deliveries go: volume, success, latency, order',
    description:
      'From the history, a moment behind what happens; figures of 24 hours may be up to a minute old, those of 7 days ten.',
    problems: [404, 422],
  })
  of(@PathId('projectId', 'project') projectId: string, @ValidQuery(HealthQuery) query: HealthQuery): Promise<Health> {
    return this.health.of(projectId, query);
  }
}
