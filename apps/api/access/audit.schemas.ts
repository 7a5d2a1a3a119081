import { z } from 'zod';
import { pageOf } from '../http/paging.js';
import { Time, Uuid } from '../http/schemas.js';

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
