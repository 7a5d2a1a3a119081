import type { AuthType, CallEvent, EndpointSnapshot } from '#libs/contracts';
import { deliveriesLike, type DeliveryFilter, type Queries } from '../delivery-search.js';
import { ENDED } from '../ended.js';
import { placeOf } from '../place.js';

/** Which dead letters; nothing given: all. */
export type DeadLetterFilter = Omit<DeliveryFilter, 'status'>;

/** Why some dead letters cannot be sent again. */
export interface NotRedrivable {
  readonly reason: 'endpoint_deleted' | 'endpoint_disabled' | 'event_not_kept';
  readonly deliveries: number;
}

/** What can be sent again, and what cannot. */
export interface RedriveCounts {
  readonly deliveries: number;
  readonly events: number;
  readonly calls: number;
  readonly endpoints: number;
  readonly notRedrivable: readonly NotRedrivable[];
}

/** A dead letter with all that a job is made of. */
export interface DeadLetter {
  readonly deliveryId: string;
  /** `receivedAt` in microseconds, as text. */
  readonly place: string;
  /** Unix milliseconds. */
  readonly receivedAt: number;
  readonly callId: string;
  readonly event: CallEvent;
  /** How often it was sent again already. */
  readonly redrives: number;
  /** Of Kafka, where its call is; null: not known. */
  readonly partition: number | null;
  /** As it is now. */
  readonly endpoint: EndpointSnapshot;
  /** As it is now. */
  readonly authType: AuthType;
  /** W3C trace context of the last attempt; null: not known. */
  readonly traceparent: string | null;
}

const ENDPOINT = 'endpoints e ON e.id = d.endpoint_id AND e.project_id = d.project_id';

const BLOCKED = `CASE WHEN e.id IS NULL THEN 'endpoint_deleted' WHEN NOT e.enabled THEN 'endpoint_disabled'
  WHEN d.event IS NULL THEN 'event_not_kept' END`;

/** Of `deliveries d` and `endpoints e`: what a DeadLetter has. */
export const LETTER = `d.delivery_id AS "deliveryId", ${placeOf('d.received_at')} AS place,
  round(extract(epoch FROM d.received_at) * 1000)::float8 AS "receivedAt", d.call_id AS "callId", d.event,
  d.redrives, d.kafka_partition AS partition, e.auth_type AS "authType",
  (SELECT a.traceparent FROM attempts a WHERE a.delivery_id = d.delivery_id AND a.received_at = d.received_at
   ORDER BY a.attempt DESC, a.started_at DESC LIMIT 1) AS traceparent,
  json_build_object('id', e.id, 'name', e.name, 'endpointType', e.endpoint_type, 'target', e.target,
    'contentKey', e.content_key) AS endpoint`;

export async function countDeadLetters(
  database: Queries,
  projectId: string,
  filter: DeadLetterFilter,
): Promise<RedriveCounts> {
  const { conditions, parameters } = deadLettersLike(projectId, filter);
  const [counts] = await database.query<RedriveCounts>(
    `WITH letters AS (
       SELECT d.call_id, d.event_id, d.endpoint_id, ${BLOCKED} AS blocked
       FROM deliveries d LEFT JOIN ${ENDPOINT} WHERE ${conditions.join(' AND ')}
     ), redrivable AS (SELECT * FROM letters WHERE blocked IS NULL),
     blocked AS (SELECT blocked, count(*) AS n FROM letters WHERE blocked IS NOT NULL GROUP BY blocked)
     SELECT count(*)::int AS deliveries, count(DISTINCT event_id)::int AS events, count(DISTINCT call_id)::int AS calls,
       count(DISTINCT endpoint_id)::int AS endpoints,
       (SELECT coalesce(json_agg(json_build_object('reason', blocked, 'deliveries', n) ORDER BY blocked), '[]')
        FROM blocked) AS "notRedrivable"
     FROM redrivable`,
    parameters,
  );
  if (counts === undefined) throw new Error('Postgres counted nothing, not even 0');
  return counts;
}

export interface Stretch {
  /** ISO 8601 in microseconds: what was dead-lettered later is left out. */
  readonly until: string;
  /** A `place`: what was received earlier is left out. */
  readonly from: string;
  readonly limit: number;
}

/** Dead letters that can be sent again: oldest first, and a call's in the order of its events. */
export async function nextDeadLetters(
  database: Queries,
  projectId: string,
  filter: DeadLetterFilter,
  { until, from, limit }: Stretch,
): Promise<DeadLetter[]> {
  const { conditions, parameters, where } = deadLettersLike(projectId, filter);
  where((p) => `d.status_at <= ${p}::timestamptz`, until);
  where((p) => `d.received_at >= ${p}::timestamptz`, from);
  return database.query<DeadLetter>(
    `SELECT ${LETTER}
     FROM deliveries d JOIN ${ENDPOINT}
     WHERE ${conditions.join(' AND ')} AND e.enabled AND d.event IS NOT NULL
     ORDER BY d.received_at, d.source_offset, d.source_ordinal, d.delivery_id LIMIT $${parameters.push(limit)}`,
    parameters,
  );
}

/**
 * Kafka has them again, given up or not before. One that is told of further by the recorder already stays as it tells.
 * Rows are locked in the recorder's order, so that the two never wait for each other both.
 */
export async function markRedriven(database: Queries, letters: readonly DeadLetter[]): Promise<void> {
  await database.query(
    `WITH letters AS (
       SELECT d.delivery_id, d.received_at
       FROM unnest($1::uuid[], $2::timestamptz[], $3::smallint[]) AS sent (delivery_id, received_at, redrives)
       JOIN deliveries d USING (delivery_id, received_at)
       WHERE d.status IN ${ENDED} AND d.redrives = sent.redrives
       ORDER BY d.delivery_id FOR UPDATE OF d
     )
     UPDATE deliveries d
     SET status = 'pending', status_at = clock_timestamp(), redrives = d.redrives + 1, attempts = 0, reason = NULL,
       response_status = NULL
     FROM letters WHERE d.delivery_id = letters.delivery_id AND d.received_at = letters.received_at`,
    [
      letters.map(({ deliveryId }) => deliveryId),
      letters.map(({ place }) => place),
      letters.map(({ redrives }) => redrives),
    ],
  );
}

export function deadLettersLike(projectId: string, filter: DeadLetterFilter): ReturnType<typeof deliveriesLike> {
  return deliveriesLike(projectId, { ...filter, status: 'dead_lettered' });
}
