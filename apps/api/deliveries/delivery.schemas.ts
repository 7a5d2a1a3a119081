import { z } from 'zod';
import { AUTH_TYPES, DELIVERY_STATUSES, ENDPOINT_TYPES, VERDICTS } from '#libs/contracts';
import { pageLimit, pageOf, PageQuery } from '../http/paging.js';
import { keptText, Moment, Time, Uuid } from '../http/schemas.js';
import { LaneWithJobs } from '../lanes/lane.schemas.js';
import { EmailShown } from '../preview/preview.schemas.js';
import { EventTypeName } from '../triggers/trigger.schemas.js';

const Status = z.enum(DELIVERY_STATUSES);

/** Somebody who scrolls through a hundred thousand should not ask a thousand times. */
const MOST_DELIVERIES = 1000;

export const DeliveryQuery = PageQuery.extend({
  limit: pageLimit(MOST_DELIVERIES),
  callId: keptText(256).optional(),
  endpointId: Uuid.optional(),
  eventType: EventTypeName.optional(),
  status: Status.optional(),
  from: Moment.meta({ description: 'Events received at or after this moment (ISO 8601 with a zone)' }),
  to: Moment.meta({ description: 'Events received before this moment (ISO 8601 with a zone)' }),
});
export type DeliveryQuery = z.output<typeof DeliveryQuery>;

export const Delivery = z.object({
  id: Uuid.meta({ description: 'Stable across retries: X-Recho-Delivery-Id' }),
  projectId: Uuid,
  endpointId: Uuid,
  endpointName: z.string(),
  endpointType: z.enum(ENDPOINT_TYPES),
  callId: z.string(),
  eventId: z.string(),
  eventType: z.string(),
  status: Status,
  statusAt: Time.meta({ description: 'Since when it has this status' }),
  attemptCount: z.number().int().meta({ description: 'Attempts made so far; a redrive counts from 1 again' }),
  redriveCount: z.number().int().meta({ description: 'How often an operator has sent it again' }),
  reason: z.string().nullable().meta({ description: 'Why it is not delivered, with a leading code' }),
  responseStatus: z.number().int().nullable().meta({ description: 'Of the last answer; null when there was none' }),
  receivedAt: Time,
  firstAttemptAt: Time.nullable().meta({ description: 'Of all its attempts' }),
  lastAttemptAt: Time.nullable(),
});
export type Delivery = z.output<typeof Delivery>;

export const DeliveryPage = pageOf(Delivery);

export const CallEventShown = z.object({
  eventId: z.string(),
  projectId: Uuid,
  eventType: EventTypeName,
  occurredAt: Time,
  data: z.object({
    callId: z.string(),
    callStatus: z.string(),
    callSid: z.string().nullable(),
    clientId: z.string().nullable(),
  }),
  errors: z.array(
    z.object({
      code: z.string(),
      message: z.string(),
      timestamp: Time,
      where: z.string(),
      phase: z.string(),
      stacktrace: z.string(),
    }),
  ),
});

const EventOrNull = CallEventShown.nullable().meta({ description: 'null: the history does not have it (yet)' });

const NotKept = z
  .array(z.string())
  .meta({ description: 'What was sent too, and the history does not keep: names of headers, or paths in the body' });

const Request = z
  .object({
    method: z.literal('POST'),
    headers: z.record(z.string(), z.string()).meta({ description: 'Credentials are masked' }),
    notKept: NotKept,
  })
  .nullable()
  .meta({ description: 'null: none was made, for EMAIL or by a fault of ours' });

const Content = z
  .object({
    body: z.looseObject({}).nullable().meta({ description: 'The JSON of a request; null for EMAIL' }),
    email: EmailShown.nullable().meta({ description: 'null for all others' }),
    notKept: NotKept,
  })
  .nullable()
  .meta({
    description:
      'What its attempts sent, made anew from the event; `authConfig` is that of the last one. null: the history does ' +
      'not have the event',
  });

export const Attempt = z.object({
  attempt: z.number().int().meta({ description: '1 for the first' }),
  redrive: z.number().int().meta({ description: 'Of the so-many-th redrive; 0: before any' }),
  startedAt: Time,
  durationMs: z.number().int(),
  verdict: z.enum(VERDICTS),
  reason: z.string().nullable(),
  target: z.string(),
  authType: z.enum(AUTH_TYPES),
  keyId: Uuid.nullable().meta({ description: 'Of the key that the request was signed with; null: it was not' }),
  responseStatus: z.number().int().nullable(),
  responseBody: z.string().nullable().meta({ description: 'At most 16 KiB of it' }),
  traceparent: z.string().nullable().meta({ description: 'W3C trace context: its second part is the id of the trace' }),
  request: Request,
});

/** The last so many are shown. */
export const MAX_ATTEMPTS_SHOWN = 200;

export const DeliveryWithAttempts = Delivery.extend({
  event: EventOrNull,
  content: Content,
  attempts: z.array(Attempt).meta({ description: `In the order they were made; the last ${MAX_ATTEMPTS_SHOWN}` }),
});
export type DeliveryWithAttempts = z.output<typeof DeliveryWithAttempts>;

export const CallHistory = z.object({
  callId: z.string(),
  lanes: z.array(LaneWithJobs).meta({
    description: 'What of it waits now, by endpoint: behind which event, why and until when; the same on each page',
  }),
  items: z.array(
    z.object({
      eventId: z.string(),
      eventType: z.string(),
      receivedAt: Time,
      event: EventOrNull,
      deliveries: z.array(Delivery),
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type CallHistory = z.output<typeof CallHistory>;
