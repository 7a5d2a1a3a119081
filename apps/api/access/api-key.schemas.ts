import { z } from 'zod';
import { pageOf } from '../http/paging.js';
import { nameText, Time, Uuid } from '../http/schemas.js';

export const KeyRole = z.enum(['admin', 'read']).meta({
  description: 'admin: everything in its project; read: looking, but not at bearer tokens or the audit log',
});
export type KeyRole = z.output<typeof KeyRole>;

export const ApiKey = z.object({
  id: Uuid,
  name: z.string(),
  role: KeyRole,
  hint: z.string().meta({ description: "The key's first characters, to tell keys apart" }),
  createdAt: Time,
  lastUsedAt: Time.nullable().meta({ description: 'To the minute; null: never' }),
});
export type ApiKey = z.output<typeof ApiKey>;

export const ApiKeyPage = pageOf(ApiKey);

export const MadeApiKey = ApiKey.extend({
  key: z.string().meta({ description: 'Shown in this answer and never again: only its hash is kept' }),
});
export type MadeApiKey = z.output<typeof MadeApiKey>;

export const NewApiKey = z
  .strictObject({ name: nameText(), role: KeyRole })
  .meta({ examples: [{ name: 'Dashboard', role: 'read' }] });
export type NewApiKey = z.output<typeof NewApiKey>;
