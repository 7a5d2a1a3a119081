import { z } from 'zod';
import { MAX_FIELD_LENGTH, MAX_ID_LENGTH } from '#libs/contracts';
import { Uuid } from '../http/schemas.js';
import { EventTypeName } from '../triggers/trigger.schemas.js';

const optionalText = (most: number) => z.string().max(most).nullable().optional();
const Moment = z.iso.datetime({ offset: true });

/** What the OpenAPI document says of an event; checked is it by libs/contracts, in the words of a rejection. */
export const NewEvent = z
  .looseObject({
    eventId: optionalText(MAX_ID_LENGTH).meta({ description: "The producer's id; left out: one is made" }),
    projectId: Uuid.optional().meta({ description: "May be left out; else the path's" }),
    eventType: EventTypeName,
    occurredAt: Moment,
    data: z.looseObject({
      callId: z.string().min(1).max(MAX_ID_LENGTH),
      callStatus: z.string().max(MAX_FIELD_LENGTH),
      callSid: optionalText(MAX_FIELD_LENGTH),
      clientId: optionalText(MAX_FIELD_LENGTH),
    }),
    errors: z
      .array(
        z.looseObject({
          code: z.string(),
          message: z.string(),
          timestamp: Moment.nullable().optional(),
          where: z.string().nullable().optional(),
          phase: z.string().nullable().optional(),
          stacktrace: z.string().nullable().optional(),
        }),
      )
      .nullable()
      .optional(),
  })
  .meta({
    description: 'At most 256 KiB. Unknown fields are ignored',
    examples: [
      {
        eventType: 'OUTBOUND_CALL_COMPLETED',
        occurredAt: '2026-05-12T10:24:00.000Z',
        data: { callId: 'abc-123', callStatus: 'COMPLETED', callSid: 'CA0123', clientId: 'client-1' },
        errors: [],
      },
    ],
  });

export const PublishedEvent = z.object({ eventId: z.string() });
export type PublishedEvent = z.output<typeof PublishedEvent>;

/** Any text of visible ASCII; a UUID is a good one. */
export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/);

export const NewTest = z.strictObject({ eventType: EventTypeName.default('OUTBOUND_CALL_COMPLETED') });
export type NewTest = z.output<typeof NewTest>;

export const PublishedTest = z.object({ eventId: Uuid, callId: z.string() });
export type PublishedTest = z.output<typeof PublishedTest>;
