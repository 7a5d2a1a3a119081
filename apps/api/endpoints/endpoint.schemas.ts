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

const Breaker = z.enum(['closed', 'open']).meta({
  description: 'open: it failed many times in a row; only probes go there, events wait and spend no retry',
});
const NextProbeAt = Time.nullable().meta({ description: 'When it is tried next; null: its breaker is closed' });
const Share = z.number().int();
const SHARE = 'Attempts that may be in flight at a time, in one delivery process';

export const ShownEndpoint = Endpoint.extend({
  health: z
    .object({
      breaker: Breaker,
      since: Time.nullable().meta({ description: 'null: nothing was heard of it, or not lately' }),
      reason: z.string().nullable().meta({ description: 'Why it opened, or closed; of the last probe' }),
      nextProbeAt: NextProbeAt,
      share: Share.nullable().meta({ description: `${SHARE}; null: as many as it may have` }),
    })
    .meta({ description: 'As the delivery services told it last' }),
});
export type ShownEndpoint = z.output<typeof ShownEndpoint>;

/** The first so many are shown. */
export const MAX_IMPAIRED_SHOWN = 100;

export const ImpairedEndpoints = z.object({
  items: z
    .array(
      z.object({
        endpointId: Uuid,
        endpointName: z.string(),
        breaker: Breaker,
        since: Time,
        reason: z.string().meta({ description: 'With a leading code' }),
        nextProbeAt: NextProbeAt,
        share: Share.meta({ description: SHARE }),
        wholeShare: Share.meta({ description: 'What it is when all is well' }),
        waitingCalls: z.number().int().meta({ description: 'Calls that wait for it; their events spend no retry' }),
      }),
    )
    .meta({ description: `Those whose breaker is open first, then by what waits; the first ${MAX_IMPAIRED_SHOWN}` }),
});
export type ImpairedEndpoints = z.output<typeof ImpairedEndpoints>;

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
