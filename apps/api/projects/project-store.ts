import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Database, ProjectEntity } from '#libs/storage';
import { differences, recordChange } from '../access/record-change.js';
import { AgePlace, decodeCursor, pageFrom, placeSql, type Page, type PageQuery } from '../http/paging.js';
import { notFound, Problem } from '../http/problem.js';
import type { NewProject, Project, ProjectChange } from './project.schemas.js';

interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly place: string;
}

@Injectable()
export class ProjectStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async create({ id = randomUUID(), name }: NewProject): Promise<Project> {
    const project = { id, name, createdAt: new Date() };
    await this.database.change(async (manager) => {
      // Changes wait for each other, so nobody takes the id in between.
      if (await manager.existsBy(ProjectEntity, { id })) {
        throw new Problem(409, 'id_taken', `there is a project ${id} already; choose another id, or change that one`);
      }
      await manager.insert(ProjectEntity, project);
      await recordChange(manager, { action: 'project.created', projectId: id, subjectId: id, details: { name } });
    });
    return toProject(project);
  }

  /** Oldest first. */
  async list({ cursor, limit }: PageQuery): Promise<Page<Project>> {
    const after = decodeCursor(AgePlace, cursor);
    const rows = await this.database.query<ProjectRow>(
      `SELECT id, name, created_at AS "createdAt", ${placeSql('created_at')} AS place FROM projects
       ${after === null ? '' : 'WHERE (created_at, id) > ($2::timestamptz, $3::uuid)'}
       ORDER BY created_at, id LIMIT $1`,
      [limit + 1, ...(after ?? [])],
    );
    return pageFrom(rows, limit, toProject, ({ place, id }) => [place, id]);
  }

  /** @throws Problem when there is none. */
  async get(id: string): Promise<Project> {
    const [row] = await this.database.query<ProjectRow>(
      'SELECT id, name, created_at AS "createdAt" FROM projects WHERE id = $1',
      [id],
    );
    if (row === undefined) throw noProject(id);
    return toProject(row);
  }

  async change(id: string, { name }: ProjectChange): Promise<Project> {
    if (name !== undefined) {
      await this.database.change(async (manager) => {
        const before = await manager.findOneBy(ProjectEntity, { id });
        if (before === null) throw noProject(id);
        await manager.update(ProjectEntity, { id }, { name });
        const details = differences(before, { name });
        await recordChange(manager, { action: 'project.updated', projectId: id, subjectId: id, details });
      });
    }
    return this.get(id);
  }

  /** With everything that belongs to it. Its history stays until its time is over. */
  async delete(id: string): Promise<void> {
    await this.database.change(async (manager) => {
      const { affected } = await manager.delete(ProjectEntity, { id });
      if (affected === 0) throw noProject(id);
      await recordChange(manager, { action: 'project.deleted', projectId: id, subjectId: id });
    });
  }
}

export function noProject(id: string): Problem {
  return notFound('project', id);
}

function toProject({ id, name, createdAt }: Omit<ProjectRow, 'place'>): Project {
  return { id, name, createdAt: createdAt.toISOString() };
}
