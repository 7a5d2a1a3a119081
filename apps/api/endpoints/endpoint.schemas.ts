import { z } from 'zod';
import { AUTH_TYPES, ENDPOINT_TYPES } from '#libs/contracts';
import { pageOf } from '../http/paging.js';
import { keptText, nameText, Time, Uuid } from '../http/schemas.js';

const EndpointType = z.enum(ENDPOINT_TYPES);
const AuthType = z.enum(AUTH_TYPES).meta({
  description: 'How requests to a CUSTOM endpoint are authenticated; all others have NONE',
});
const Target = keptText(2048)
  .min(1)
  .meta({ description: 'The https URL that events are posted to; for EMAIL one plain email address' });
const ContentKey = keptText(1024).nullable().meta({ description: 'Opaque; echoed to the receiver' });

export const Endpoint = z.object({
  id: Uuid,
  projectId: Uuid,
  name: z.string(),
  endpointType: EndpointType,
  target: z.string(),
  authType: AuthType,
  contentKey: z.string().nullable(),
  enabled: z.boolean().meta({ description: 'false: events are not delivered to it' }),
  createdAt: Time,
  updatedAt: Time,
});
export type Endpoint = z.output<typeof Endpoint>;

export const ShownEndpoint = Endpoint.extend({
  health: z
    .object({
      breaker: z.enum(['closed', 'open']).meta({
        description: 'open: it failed many times in a row; only probes go there, events wait and spend no retry',
      }),
      since: Time.nullable().meta({ description: 'null: its breaker never opened, or nothing was heard of it lately' }),
      reason: z.string().nullable().meta({ description: 'Why it opened, or closed; of the last probe' }),
    })
    .meta({ description: 'As the delivery services told it last' }),
});
export type ShownEndpoint = z.output<typeof ShownEndpoint>;

export const EndpointPage = pageOf(Endpoint);

export const NewEndpoint = z
  .strictObject({
    name: nameText(),
    endpointType: EndpointType,
    target: Target,
    authType: AuthType.default('NONE'),
    contentKey: ContentKey.default(null),
    enabled: z.boolean().default(true),
  })
  .meta({
    examples: [{ name: 'CRM', endpointType: 'CUSTOM', target: 'https://crm.example.com/webhook', authType: 'NONE' }],
  });
export type NewEndpoint = z.output<typeof NewEndpoint>;

export const EndpointChange = z
  .strictObject({
    name: nameText().optional(),
    target: Target.optional(),
    authType: AuthType.optional(),
    contentKey: ContentKey.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ examples: [{ enabled: false }] });
export type EndpointChange = z.output<typeof EndpointChange>;
