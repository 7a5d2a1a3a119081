import { z } from 'zod';
import { EVENT_CATALOGUE, type EventType } from '#libs/contracts';
import { Uuid } from '../http/schemas.js';

export const EVENT_TYPES = EVENT_CATALOGUE.map(({ eventType }) => eventType) as [EventType, ...EventType[]];
export const EventTypeName = z.enum(EVENT_TYPES);

export const EventTypePage = z.object({
  items: z.array(z.object({ eventType: EventTypeName, label: z.string() })),
  nextCursor: z.null(),
});

/** Event type to the ids of the endpoints that get it. */
const TriggerMap = z.partialRecord(EventTypeName, z.array(Uuid).max(1000));

export const Triggers = z.object({
  triggers: z.record(EventTypeName, z.array(Uuid)).meta({ description: 'Every event type, with its endpoints' }),
});
export type Triggers = z.output<typeof Triggers>;

export const NewTriggers = z
  .strictObject({
    triggers: TriggerMap.meta({ description: 'The whole map: a type that is left out goes to no endpoint' }),
  })
  .meta({ examples: [{ triggers: { OUTBOUND_CALL_ERROR: ['3fa85f64-5717-4562-b3fc-2c963f66afa6'] } }] });
export type NewTriggers = z.output<typeof NewTriggers>;
