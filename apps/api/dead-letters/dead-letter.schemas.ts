import { z } from 'zod';
import { pageOf } from '../http/paging.js';
import { Time, Uuid } from '../http/schemas.js';
import { DeliveryQuery } from '../deliveries/delivery.schemas.js';
import { EventTypeName } from '../triggers/trigger.schemas.js';

const Query = DeliveryQuery.omit({ status: true });

export const DeadLetterQuery = Query.extend({
  code: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/, { error: 'is no code; the groups name those that there are' })
    .optional()
    .meta({ description: 'What the reason begins with, as `http_400`; `other`: it has no code' }),
});
export type DeadLetterQuery = z.output<typeof DeadLetterQuery>;

const Filter = DeadLetterQuery.omit({ cursor: true, limit: true });

export const DeadLetterGroupQuery = Filter.omit({ code: true });
export type DeadLetterGroupQuery = z.output<typeof DeadLetterGroupQuery>;

export const DeadLetterGroups = z.object({
  deliveries: z.number().int().meta({ description: 'Dead letters in all' }),
  groups: z
    .array(
      z.object({
        endpointId: Uuid,
        endpointName: z.string().meta({ description: 'Of a deleted endpoint, as it was' }),
        endpointState: z
          .enum(['enabled', 'disabled', 'deleted'])
          .meta({ description: 'Only to an enabled one they can be sent again' }),
        code: z.string().meta({ description: 'What their reasons begin with; `other`: they have no code' }),
        deliveries: z.number().int(),
        calls: z.number().int(),
        oldestAt: Time.meta({ description: 'When the first of them was given up' }),
        newestAt: Time.meta({ description: 'When the last of them was' }),
      }),
    )
    .meta({ description: 'By endpoint and code, the one with the newest first' }),
});
export type DeadLetterGroups = z.output<typeof DeadLetterGroups>;

/** So that a request stays small; a filter takes any number. */
const MOST_IDS = 1000;

export const NewRedrive = z
  .strictObject({
    ids: z
      .array(Uuid)
      .min(1)
      .max(MOST_IDS)
      .optional()
      .meta({ description: `Delivery ids, at most ${MOST_IDS}; left out: all that the filter lets through` }),
    filter: Filter.optional().meta({ description: 'As the query of the list; left out: all dead letters' }),
    dryRun: z.boolean().default(false).meta({ description: 'true: only count' }),
  })
  .meta({
    examples: [
      { filter: { endpointId: '3fa85f64-5717-4562-b3fc-2c963f66afa6', from: '2026-05-12T10:00:00Z' }, dryRun: true },
    ],
  });
export type NewRedrive = z.output<typeof NewRedrive>;

const Counts = {
  deliveries: z.number().int().meta({ description: 'Dead letters that are sent again' }),
  events: z.number().int().meta({ description: 'Events that those are of' }),
  calls: z.number().int(),
  endpoints: z.number().int(),
  notRedrivable: z
    .array(
      z.object({
        reason: z.enum(['endpoint_deleted', 'endpoint_disabled', 'event_not_kept', 'no_dead_letter']).meta({
          description:
            'Create or enable the endpoint first; event_not_kept: the history does not have the event; ' +
            'no_dead_letter: ids that are no dead letters (any more), or that the filter leaves out',
        }),
        deliveries: z.number().int(),
      }),
    )
    .meta({ description: 'What stays where it is, and why' }),
};

export const RedriveAnswer = z.object({
  dryRun: z.boolean(),
  redriveId: Uuid.nullable().meta({ description: 'Follow it at …/dead-letters/redrives/{redriveId}; null: a dry run' }),
  ...Counts,
  ratePerSecond: z.number().int().meta({ description: 'Deliveries a second, at most (REDRIVE_RATE)' }),
  order: z.string().meta({ description: 'What holds for the order, in words' }),
});
export type RedriveAnswer = z.output<typeof RedriveAnswer>;

export const Redrive = z.object({
  id: Uuid,
  projectId: Uuid,
  ids: z.array(Uuid).optional(),
  filter: z
    .object({
      callId: z.string().optional(),
      endpointId: Uuid.optional(),
      eventType: EventTypeName.optional(),
      code: z.string().optional(),
      from: z.string().optional(),
      to: z.string().optional(),
    })
    .meta({ description: 'As it was asked for' }),
  createdAt: Time,
  state: z.enum(['running', 'finished']),
  ...Counts,
  sent: z.number().int().meta({ description: 'Deliveries sent so far' }),
  problem: z.string().nullable().meta({ description: 'Why it does not get on just now; it goes on by itself' }),
  finishedAt: Time.nullable(),
});
export type Redrive = z.output<typeof Redrive>;

export const RedrivePage = pageOf(Redrive);
