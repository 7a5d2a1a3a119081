import { Controller, Delete, Get, Inject, Put } from '@nestjs/common';
import { NeedsRole } from '../access/rights.js';
import { PathId, ValidBody } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import { BearerTokenStore } from './bearer-token-store.js';
import { BearerToken, NewBearerToken } from './credential.schemas.js';

@Controller('v1/projects/:projectId/endpoints/:endpointId/credentials/bearer')
export class CredentialController {
  constructor(@Inject(BearerTokenStore) private readonly tokens: BearerTokenStore) {}

  @Get()
  @NeedsRole('admin')
  @Answers(200, BearerToken, { summary: "Reveal an endpoint's bearer token", problems: [404] })
  reveal(
    @PathId('projectId', 'project') projectId: string,
    @PathId('endpointId', 'endpoint') endpointId: string,
  ): Promise<BearerToken> {
    return this.tokens.reveal(projectId, endpointId);
  }

  @Put()
  @Answers(200, BearerToken, {
    summary: "Set an endpoint's bearer token, or have a new one made",
    description: 'Requests are sent with it while the authType of the endpoint is BEARER.',
    problems: [404, 422],
  })
  set(
    @PathId('projectId', 'project') projectId: string,
    @PathId('endpointId', 'endpoint') endpointId: string,
    @ValidBody(NewBearerToken) { token }: NewBearerToken,
  ): Promise<BearerToken> {
    return this.tokens.set(projectId, endpointId, token);
  }

  @Delete()
  @Answers(204, null, { summary: "Delete an endpoint's bearer token", problems: [404] })
  delete(
    @PathId('projectId', 'project') projectId: string,
    @PathId('endpointId', 'endpoint') endpointId: string,
  ): Promise<void> {
    return this.tokens.delete(projectId, endpointId);
  }
}
