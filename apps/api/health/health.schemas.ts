import { z } from 'zod';
import { ENDPOINT_TYPES } from '#libs/contracts';
import { Time, Uuid } from '../http/schemas.js';

export const WINDOWS = ['1h', '24h', '7d'] as const;

export const HealthQuery = z.strictObject({
  window: z.enum(WINDOWS).default('1h').meta({ description: 'How far back, by when events were received' }),
});
export type HealthQuery = z.output<typeof HealthQuery>;

const Count = z.number().int();

const Percentiles = z
  .object({ p50: z.number(), p95: z.number(), p99: z.number() })
  .nullable()
  .meta({ description: 'Milliseconds; null: there was none' });

const Figures = {
  deliveries: z.object({
    total: Count,
    delivered: Count,
    deadLettered: Count,
    skipped: Count.meta({ description: 'Ended because the endpoint was disabled or deleted' }),
    open: Count.meta({ description: 'Not ended yet' }),
  }),
  successRate: z.number().nullable().meta({ description: 'Delivered, of what was delivered or dead-lettered; 0 to 1' }),
  attempts: z
    .object({ delivered: Count, retry: Count, refused: Count, abstained: Count })
    .meta({ description: 'By verdict, of `sampledDeliveries`; abstained: a fault of ours, or no room' }),
  latencyMs: z
    .object({
      toDelivery: Percentiles.meta({ description: 'From the event to its delivery, waits and retries included' }),
      destination: Percentiles.meta({ description: 'The destination alone: of each attempt' }),
    })
    .meta({ description: 'Of `sampledDeliveries`; in milliseconds' }),
  violations: Count.meta({
    description:
      'Deliveries that the audit found out of order, of those that were delivered: 0, or something is wrong here',
  }),
  series: z
    .array(z.object({ at: Time, delivered: Count, deadLettered: Count, other: Count }))
    .meta({ description: 'By when events were received; stretches without any are left out' }),
};

/** Those with the most deliveries. */
export const MAX_ENDPOINTS_SHOWN = 100;

export const Health = z.object({
  window: z.enum(WINDOWS),
  from: Time,
  to: Time,
  bucketSeconds: Count.meta({ description: 'How long each stretch of a series lasts' }),
  sampledDeliveries: Count.meta({
    description: 'Deliveries whose attempts were looked at: all of them, or of very many an even choice',
  }),
  total: z.object(Figures),
  endpoints: z
    .array(
      z.object({
        endpointId: Uuid,
        endpointName: z.string().meta({ description: 'Of a deleted endpoint, as it was' }),
        endpointType: z.enum(ENDPOINT_TYPES),
        ...Figures,
      }),
    )
    .meta({
      description: `With deliveries in that time, the one with the most first; the first ${MAX_ENDPOINTS_SHOWN}`,
    }),
});
export type Health = z.output<typeof Health>;
