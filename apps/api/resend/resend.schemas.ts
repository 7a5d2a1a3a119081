import { z } from 'zod';
import { Time, Uuid } from '../http/schemas.js';

export const ResendAnswer = z.object({
  deliveryId: Uuid,
  redriveCount: z.number().int().meta({ description: 'Its attempts carry it: `X-Recho-Redrive` at CUSTOM endpoints' }),
  askedAt: Time,
  order: z.string().meta({ description: 'What holds for the order, in words' }),
  see: z.string().meta({ description: 'The delivery, which tells what became of it' }),
});
export type ResendAnswer = z.output<typeof ResendAnswer>;
