import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '#libs/storage';
import { decodeCursor, pageFrom, type Page, type PageQuery } from '../http/paging.js';
import { ProjectStore } from '../projects/project-store.js';
import type { AuditEntry } from './audit.schemas.js';

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
  async ofProject(projectId: string, query: PageQuery): Promise<Page<AuditEntry>> {
    await this.projects.get(projectId);
    return this.list(query, projectId);
  }

  /** Newest first; also of projects that are deleted. */
  ofAll(query: PageQuery): Promise<Page<AuditEntry>> {
    return this.list(query, null);
  }

  private async list({ cursor, limit }: PageQuery, projectId: string | null): Promise<Page<AuditEntry>> {
    const before = decodeCursor(Place, cursor);
    const rows = await this.database.query<AuditRow>(
      `SELECT id, at, project_id AS "projectId", actor, actor_id AS "actorId", action, subject_id AS "subjectId", details
       FROM audit_log WHERE ${projectId === null ? '$1::uuid IS NULL' : 'project_id = $1'} AND ($2::bigint IS NULL OR id < $2)
       ORDER BY id DESC LIMIT $3`,
      [projectId, before?.[0] ?? null, limit + 1],
    );
    return pageFrom(
      rows,
      limit,
      (row) => ({ ...row, at: row.at.toISOString() }),
      ({ id }) => [id],
    );
  }
}
