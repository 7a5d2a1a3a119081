import { z } from 'zod';
import { ENDPOINT_TYPES } from '#libs/contracts';
import { EventTypeName } from '../triggers/trigger.schemas.js';

export const NewPreview = z
  .strictObject({ eventType: EventTypeName.default('OUTBOUND_CALL_ERROR') })
  .meta({ examples: [{ eventType: 'OUTBOUND_CALL_ERROR' }] });
export type NewPreview = z.output<typeof NewPreview>;

export const EmailShown = z.object({ subject: z.string(), text: z.string(), html: z.string() });

export const Preview = z.object({
  endpointType: z.enum(ENDPOINT_TYPES),
  eventType: EventTypeName,
  target: z.string().meta({ description: 'Where it would go now: a URL, or an address for EMAIL' }),
  request: z
    .object({
      method: z.literal('POST'),
      headers: z.record(z.string(), z.string()).meta({
        description: 'Credentials are masked; in parentheses stands what is made for each attempt',
      }),
      body: z.looseObject({}).meta({ description: 'The JSON, as it would be sent' }),
    })
    .nullable()
    .meta({ description: 'null for EMAIL' }),
  email: EmailShown.nullable().meta({ description: 'null for all others' }),
});
export type Preview = z.output<typeof Preview>;
