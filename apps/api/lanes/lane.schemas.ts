import { z } from 'zod';
import { FOLLOWERS_COUNTED } from '#libs/storage';
import { pageOf, PageQuery } from '../http/paging.js';
import { Time, Uuid } from '../http/schemas.js';
import { EventTypeName } from '../triggers/trigger.schemas.js';

export const LaneQuery = PageQuery.extend({ endpointId: Uuid.optional() });
export type LaneQuery = z.output<typeof LaneQuery>;

const Head = z.object({
  deliveryId: Uuid,
  eventId: z.string(),
  eventType: EventTypeName,
  since: Time.meta({ description: 'When it became the head' }),
  attempts: z.number().int().meta({ description: 'Made so far' }),
  firstAttemptAt: Time.nullable(),
  lastReason: z.string().nullable().meta({ description: 'Why it waits, with a leading code' }),
  lastStatus: z.number().int().nullable().meta({ description: 'Of the last answer; null when there was none' }),
  nextAttemptAt: Time.nullable().meta({
    description: 'null: it is being attempted, or as soon as the endpoint has room',
  }),
});

export const Lane = z.object({
  id: Uuid,
  projectId: Uuid,
  endpointId: Uuid,
  callId: z.string(),
  since: Time.meta({ description: 'When its first event began to wait' }),
  head: Head.meta({ description: 'What everything else of the lane waits behind' }),
  followers: z
    .number()
    .int()
    .meta({
      description: `Events that wait behind the head; the list counts to ${FOLLOWERS_COUNTED} and no further`,
    }),
});
export type Lane = z.output<typeof Lane>;

export const LanePage = pageOf(Lane);

export const LaneSummary = z.object({
  lanes: z.number().int().meta({ description: 'Parked now, in all' }),
  groups: z
    .array(
      z.object({
        endpointId: Uuid,
        endpointName: z.string().nullable().meta({ description: 'null: the endpoint is deleted' }),
        cause: z.enum(['retry', 'attempt']).meta({
          description:
            "What the heads wait for. retry: the next attempt's time; attempt: room at the endpoint, or the attempt is under way",
        }),
        code: z.string().nullable().meta({
          description: 'What the reason of the last attempt begins with, as http_503; null: the head had none yet',
        }),
        lanes: z.number().int(),
        oldestSince: Time.meta({ description: 'When the first of them was parked' }),
        nextAttemptAt: Time.nullable().meta({ description: 'The first that is due; null: none waits for that' }),
      }),
    )
    .meta({ description: 'By endpoint and cause, oldest first' }),
});
export type LaneSummary = z.output<typeof LaneSummary>;

/** The first so many are shown. */
export const MAX_JOBS_SHOWN = 200;

export const LaneWithJobs = Lane.extend({
  waiting: z
    .array(z.object({ deliveryId: Uuid, eventId: z.string(), eventType: EventTypeName, parkedAt: Time }))
    .meta({ description: `In the order they go out, the head first; the first ${MAX_JOBS_SHOWN}` }),
});
export type LaneWithJobs = z.output<typeof LaneWithJobs>;

export const NewLaneCommand = z
  .strictObject({
    deliveryId: Uuid.optional().meta({
      description:
        'The head that you mean: with it a lane that has moved on answers 409; left out: whatever is the head',
    }),
  })
  .meta({ examples: [{}] });
export type NewLaneCommand = z.output<typeof NewLaneCommand>;

export const LaneCommandAnswer = z.object({
  command: z.enum(['retry', 'skip']),
  laneId: Uuid,
  endpointId: Uuid,
  callId: z.string(),
  deliveryId: Uuid.meta({ description: 'The head that is meant' }),
  attempts: z.number().int().meta({ description: 'Its attempts so far' }),
  askedAt: Time,
  asked: z.string().meta({ description: 'What was asked for, in words' }),
  see: z.string().meta({ description: 'The path of the delivery: its attempts and its status say what came of it' }),
});
export type LaneCommandAnswer = z.output<typeof LaneCommandAnswer>;
