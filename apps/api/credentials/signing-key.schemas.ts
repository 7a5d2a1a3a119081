import { z } from 'zod';
import { pageOf } from '../http/paging.js';
import { Time, Uuid } from '../http/schemas.js';

export const SigningKey = z.object({
  id: Uuid.meta({ description: 'X-Recho-Key-Id of what is signed with it' }),
  state: z.enum(['new', 'active', 'retired']).meta({
    description: 'active: requests are signed with it; new: it was not yet; retired: it was before',
  }),
  publicKeyPem: z.string().meta({ description: 'RSA, SPKI PEM: what receivers verify with' }),
  createdAt: Time,
  activatedAt: Time.nullable(),
});
export type SigningKey = z.output<typeof SigningKey>;

export const SigningKeyPage = pageOf(SigningKey);
