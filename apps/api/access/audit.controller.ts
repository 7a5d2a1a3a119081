import { Controller, Get, Inject } from '@nestjs/common';
import type { Page } from '../http/paging.js';
import { PathId, ValidQuery } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import { AuditPage, AuditQuery, type AuditEntry } from './audit.schemas.js';
import { AuditLog } from './audit-log.js';
import { NeedsRole } from './rights.js';

@Controller('v1')
export class AuditController {
  constructor(@Inject(AuditLog) private readonly log: AuditLog) {}

  @Get('projects/:projectId/audit')
  @NeedsRole('admin')
  @Answers(200, AuditPage, { summary: 'List who changed what in a project, newest first', problems: [404, 422] })
  ofProject(
    @PathId('projectId', 'project') projectId: string,
    @ValidQuery(AuditQuery) query: AuditQuery,
  ): Promise<Page<AuditEntry>> {
    return this.log.ofProject(projectId, query);
  }

  @Get('audit')
  @NeedsRole('admin token')
  @Answers(200, AuditPage, {
    summary: 'List who changed what anywhere, newest first',
    description: 'Also what was changed in projects that are deleted since.',
    problems: [422],
  })
  ofAll(@ValidQuery(AuditQuery) query: AuditQuery): Promise<Page<AuditEntry>> {
    return this.log.ofAll(query);
  }
}
