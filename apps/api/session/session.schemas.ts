import { z } from 'zod';
import { Time, Uuid } from '../http/schemas.js';

/** Longer than any token of ours. */
const MOST_CHARACTERS = 1000;

export const NewSession = z
  .strictObject({
    key: z.string().min(1).max(MOST_CHARACTERS).meta({ description: 'The admin token, or an API key' }),
  })
  .meta({ examples: [{ key: 'rk_…' }] });
export type NewSession = z.output<typeof NewSession>;

export const Session = z.object({
  role: z.enum(['operator', 'admin', 'read']).meta({
    description: "operator: the admin token's rights, in all projects; else those of an API key",
  }),
  project: z
    .object({ id: Uuid, name: z.string() })
    .nullable()
    .meta({ description: 'The only one that it sees; null: all' }),
  keyName: z.string().nullable().meta({ description: 'Of the API key; null: the admin token' }),
  expiresAt: Time,
  traceUrl: z
    .string()
    .nullable()
    .meta({ description: 'Where a trace is looked at, with {traceId} in it; null: nowhere' }),
  csrfToken: z.string().meta({ description: 'To be sent as X-Recho-CSRF with whatever is no GET' }),
});
export type Session = z.output<typeof Session>;
