import { Controller, Inject, Post } from '@nestjs/common';
import { NeedsRole } from '../access/rights.js';
import { EndpointStore } from '../endpoints/endpoint-store.js';
import { PathId, ValidBody } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import { previewOf } from './preview.js';
import { NewPreview, Preview } from './preview.schemas.js';

@Controller('v1/projects/:projectId/endpoints/:endpointId/preview')
export class PreviewController {
  constructor(@Inject(EndpointStore) private readonly endpoints: EndpointStore) {}

  @NeedsRole('read')
  @Post()
  @Answers(200, Preview, {
    summary: 'Show what the endpoint would be sent, and send nothing',
    description: 'For an event of that type as the test button makes it. Credentials are masked.',
    problems: [404, 422],
  })
  async preview(
    @PathId('projectId', 'project') projectId: string,
    @PathId('endpointId', 'endpoint') endpointId: string,
    @ValidBody(NewPreview) body: NewPreview,
  ): Promise<Preview> {
    return previewOf(await this.endpoints.get(projectId, endpointId), body, new Date());
  }
}
