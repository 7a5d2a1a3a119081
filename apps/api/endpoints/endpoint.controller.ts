import { Controller, Delete, Get, Inject, Patch, Post } from '@nestjs/common';
import { PageQuery, type Page } from '../http/paging.js';
import { PathId, ValidBody, ValidQuery } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import {
  Endpoint,
  EndpointChange,
  EndpointPage,
  ImpairedEndpoints,
  NewEndpoint,
  ShownEndpoint,
} from './endpoint.schemas.js';
import { EndpointStore } from './endpoint-store.js';

@Controller('v1/projects/:projectId/endpoints')
export class EndpointController {
  constructor(@Inject(EndpointStore) private readonly endpoints: EndpointStore) {}

  @Post()
  @Answers(201, Endpoint, {
    summary: 'Create a destination endpoint',
    description: 'It gets events once a trigger names it. A BEARER endpoint needs its token set, too.',
    problems: [404, 422],
  })
  create(
    @PathId('projectId', 'project') projectId: string,
    @ValidBody(NewEndpoint) body: NewEndpoint,
  ): Promise<Endpoint> {
    return this.endpoints.create(projectId, body);
  }

  @Get()
  @Answers(200, EndpointPage, { summary: "List a project's endpoints, oldest first", problems: [404, 422] })
  list(
    @PathId('projectId', 'project') projectId: string,
    @ValidQuery(PageQuery) query: PageQuery,
  ): Promise<Page<Endpoint>> {
    return this.endpoints.list(projectId, query);
  }

  /** Before `:endpointId`, which would take its name for an id. */
  @Get('impaired')
  @Answers(200, ImpairedEndpoints, {
    summary: 'List the endpoints that are left alone, or sent less at a time',
    description: 'As the delivery services told it last; what was not told of for five minutes is taken for well.',
    problems: [404],
  })
  impaired(@PathId('projectId', 'project') projectId: string): Promise<ImpairedEndpoints> {
    return this.endpoints.impaired(projectId);
  }

  @Get(':endpointId')
  @Answers(200, ShownEndpoint, { summary: 'Show an endpoint, and how it does', problems: [404] })
  get(
    @PathId('projectId', 'project') projectId: string,
    @PathId('endpointId', 'endpoint') endpointId: string,
  ): Promise<ShownEndpoint> {
    return this.endpoints.show(projectId, endpointId);
  }

  @Patch(':endpointId')
  @Answers(200, Endpoint, { summary: 'Change an endpoint', problems: [404, 422] })
  change(
    @PathId('projectId', 'project') projectId: string,
    @PathId('endpointId', 'endpoint') endpointId: string,
    @ValidBody(EndpointChange) body: EndpointChange,
  ): Promise<Endpoint> {
    return this.endpoints.change(projectId, endpointId, body);
  }

  @Delete(':endpointId')
  @Answers(204, null, { summary: 'Delete an endpoint, with its triggers and credentials', problems: [404] })
  delete(
    @PathId('projectId', 'project') projectId: string,
    @PathId('endpointId', 'endpoint') endpointId: string,
  ): Promise<void> {
    return this.endpoints.delete(projectId, endpointId);
  }
}
