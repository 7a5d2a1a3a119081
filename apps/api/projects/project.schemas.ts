import { z } from 'zod';
import { pageOf } from '../http/paging.js';
import { nameText, Time, Uuid } from '../http/schemas.js';

export const Project = z.object({ id: Uuid, name: z.string(), createdAt: Time });
export type Project = z.output<typeof Project>;

export const ProjectPage = pageOf(Project);

export const NewProject = z
  .strictObject({
    id: Uuid.optional().meta({ description: "The caller's own UUID; left out: one is made" }),
    name: nameText(),
  })
  .meta({ examples: [{ name: 'My project' }] });
export type NewProject = z.output<typeof NewProject>;

export const ProjectChange = z.strictObject({ name: nameText().optional() });
export type ProjectChange = z.output<typeof ProjectChange>;
