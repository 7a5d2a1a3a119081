import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '#libs/storage';
import { decodeCursor, pageFrom, type Page } from '../http/paging.js';
import { ProjectStore } from '../projects/project-store.js';
import type { AuditEntry, AuditQuery } from './audit.schemas.js';

type AuditRow = Omit<AuditEntry, 'at'> & { readonly at: Date };

/** The id of the last row of the page before. */
const Place = z.tuple([z.string().regex(/^\d{1,18}$/)]);

/** Who changed what. Rows are only ever added (recordChange). */
@Injectable()
export class AuditLog {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectStore) private readonly projects: ProjectStore,
  ) {}

  /** Newest first. */
  async ofProject(projectId: string, query: AuditQuery): Promise<Page<AuditEntry>> {
    await this.projects.get(projectId);
    return this.list(query, projectId);
  }

  /** Newest first; also of projects that are deleted. */
  ofAll(query: AuditQuery): Promise<Page<AuditEntry>> {
    return this.list(query, null);
  }

  private async list({ cursor, limit, ...filter }: AuditQuery, projectId: string | null): Promise<Page<AuditEntry>> {
    const before = decodeCursor(Place, cursor);
    const { sql, parameters } = auditSearch(projectId, filter, before?.[0] ?? null, limit + 1);
    const rows = await this.database.query<AuditRow>(sql, parameters);
    return pageFrom(
      rows,
      limit,
      (row) => ({ ...row, at: row.at.toISOString() }),
      ({ id }) => [id],
    );
  }
}

/** Only what is asked for stands in the statement, so that Postgres sees which index serves it. */
function auditSearch(
  projectId: string | null,
  { action, actor, from, to }: Omit<AuditQuery, 'cursor' | 'limit'>,
  before: string | null,
  limit: number,
): { readonly sql: string; readonly parameters: readonly unknown[] } {
  const parameters: unknown[] = [];
  const conditions = ['true'];
  const where = (condition: string, value: unknown): void => {
    if (value !== undefined && value !== null) conditions.push(`${condition} $${parameters.push(value)}`);
  };
  where('project_id =', projectId);
  where('action =', action);
  where('actor =', actor);
  where('at >=', from);
  where('at <', to);
  where('id <', before);
  const sql = `
    SELECT id, at, project_id AS "projectId", actor, actor_id AS "actorId", action, subject_id AS "subjectId", details
    FROM audit_log WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $${parameters.push(limit)}`;
  return { sql, parameters };
}
