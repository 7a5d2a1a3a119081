import { z } from 'zod';
import { pageOf, PageQuery } from '../http/paging.js';
import { keptText, Moment, Time, Uuid } from '../http/schemas.js';

export const AuditQuery = PageQuery.extend({
  action: z
    .string()
    .regex(/^[a-z_]{1,40}\.[a-z_]{1,40}$/, { error: 'is no action; they are like `endpoint.updated`' })
    .optional()
    .meta({ description: 'As in `endpoint.updated`' }),
  actor: keptText(200).optional().meta({ description: '`admin token`, or the name of an API key' }),
  from: Moment.meta({ description: 'Changed at or after this moment (ISO 8601 with a zone)' }),
  to: Moment.meta({ description: 'Changed before this moment (ISO 8601 with a zone)' }),
});
export type AuditQuery = z.output<typeof AuditQuery>;

const AuditEntry = z.object({
  id: z.string(),
  at: Time,
  projectId: Uuid.nullable(),
  actor: z.string().meta({ description: '`admin token`, or the name of the API key' }),
  actorId: Uuid.nullable().meta({ description: 'Of the API key; null: the admin token' }),
  action: z.string().meta({ description: 'As in `endpoint.updated`' }),
  subjectId: z.string().nullable().meta({ description: 'What it was done to' }),
  details: z.record(z.string(), z.unknown()).meta({ description: 'Fields with their old and new values; no secrets' }),
});
export type AuditEntry = z.output<typeof AuditEntry>;

export const AuditPage = pageOf(AuditEntry);
