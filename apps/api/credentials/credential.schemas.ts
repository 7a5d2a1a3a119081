import { z } from 'zod';
import { Time } from '../http/schemas.js';

export const BearerToken = z.object({ token: z.string(), updatedAt: Time });
export type BearerToken = z.output<typeof BearerToken>;

export const NewBearerToken = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .max(4096)
      .regex(/^[\x21-\x7e]*$/, {
        error: 'holds something else than visible ASCII without spaces; a header cannot carry it',
      })
      .optional()
      .meta({ description: 'Left out: a new one is made' }),
  })
  .meta({ examples: [{}] });
export type NewBearerToken = z.output<typeof NewBearerToken>;
