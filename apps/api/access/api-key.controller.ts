import { Controller, Delete, Get, Inject, Post } from '@nestjs/common';
import { PageQuery, type Page } from '../http/paging.js';
import { PathId, ValidBody, ValidQuery } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import { ApiKey, ApiKeyPage, MadeApiKey, NewApiKey } from './api-key.schemas.js';
import { ApiKeyStore } from './api-key-store.js';

@Controller('v1/projects/:projectId/api-keys')
export class ApiKeyController {
  constructor(@Inject(ApiKeyStore) private readonly keys: ApiKeyStore) {}

  @Post()
  @Answers(201, MadeApiKey, {
    summary: 'Make an API key for this project alone',
    description: 'The key is in this answer and nowhere else: keep it.',
    problems: [404, 422],
  })
  create(
    @PathId('projectId', 'project') projectId: string,
    @ValidBody(NewApiKey) body: NewApiKey,
  ): Promise<MadeApiKey> {
    return this.keys.create(projectId, body);
  }

  @Get()
  @Answers(200, ApiKeyPage, { summary: "List a project's API keys, oldest first", problems: [404, 422] })
  list(
    @PathId('projectId', 'project') projectId: string,
    @ValidQuery(PageQuery) query: PageQuery,
  ): Promise<Page<ApiKey>> {
    return this.keys.list(projectId, query);
  }

  @Delete(':keyId')
  @Answers(204, null, { summary: 'Revoke an API key, at once', problems: [404] })
  revoke(@PathId('projectId', 'project') projectId: string, @PathId('keyId', 'API key') keyId: string): Promise<void> {
    return this.keys.revoke(projectId, keyId);
  }
}
