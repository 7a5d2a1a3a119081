import { Controller, Delete, Get, Inject, Patch, Post } from '@nestjs/common';
import { NeedsRole } from '../access/rights.js';
import { PageQuery, type Page } from '../http/paging.js';
import { PathId, ValidBody, ValidQuery } from '../http/validation.js';
import { Answers } from '../openapi/route-docs.js';
import { NewProject, Project, ProjectChange, ProjectPage } from './project.schemas.js';
import { ProjectStore } from './project-store.js';

@Controller('v1/projects')
export class ProjectController {
  constructor(@Inject(ProjectStore) private readonly projects: ProjectStore) {}

  @Post()
  @NeedsRole('admin token')
  @Answers(201, Project, { summary: 'Create a project', problems: [409, 422] })
  create(@ValidBody(NewProject) body: NewProject): Promise<Project> {
    return this.projects.create(body);
  }

  @Get()
  @NeedsRole('admin token')
  @Answers(200, ProjectPage, { summary: 'List the projects, oldest first', problems: [422] })
  list(@ValidQuery(PageQuery) query: PageQuery): Promise<Page<Project>> {
    return this.projects.list(query);
  }

  @Get(':projectId')
  @Answers(200, Project, { summary: 'Show a project', problems: [404] })
  get(@PathId('projectId', 'project') projectId: string): Promise<Project> {
    return this.projects.get(projectId);
  }

  @Patch(':projectId')
  @NeedsRole('admin token')
  @Answers(200, Project, { summary: 'Change a project', problems: [404, 422] })
  change(
    @PathId('projectId', 'project') projectId: string,
    @ValidBody(ProjectChange) body: ProjectChange,
  ): Promise<Project> {
    return this.projects.change(projectId, body);
  }

  @Delete(':projectId')
  @NeedsRole('admin token')
  @Answers(204, null, {
    summary: 'Delete a project, with its endpoints, triggers and credentials',
    problems: [404],
  })
  delete(@PathId('projectId', 'project') projectId: string): Promise<void> {
    return this.projects.delete(projectId);
  }
}
