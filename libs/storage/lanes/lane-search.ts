import { KIND_OF, laneIdOf, type EndpointType, type Kind } from '#libs/contracts';
import type { Queries } from '../delivery-search.js';
import { placeOf } from '../place.js';

/** A parked lane as people see it: what waits, since when, why, and when it goes on. */
export interface FoundLane {
  readonly laneId: string;
  /** With the partition: where its owner takes commands. */
  readonly kind: Kind;
  readonly partition: number;
  readonly projectId: string;
  readonly endpointId: string;
  readonly callId: string;
  readonly headDeliveryId: string;
  /** Of the head's event. */
  readonly eventId: string;
  readonly eventType: string;
  /** Of the head, made so far. */
  readonly attempts: number;
  /** Null: its owner drives it now, or as soon as there is capacity. */
  readonly nextTryAt: Date | null;
  /** When the lane was parked. */
  readonly since: Date;
  /** When this head became it. */
  readonly headSince: Date;
  readonly firstAttemptAt: Date | null;
  readonly reason: string | null;
  readonly responseStatus: number | null;
  /** Jobs behind the head; a list counts no further than `FOLLOWERS_COUNTED`. */
  readonly followers: number;
  /** `since` in microseconds, as text: where the next page begins. */
  readonly place: string;
}

/** A job of a parked lane. */
export interface FoundParkedJob {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly parkedAt: Date;
}

/** The last lane of the page before. */
export interface LanePlace {
  readonly place: string;
  readonly laneId: string;
}

/** A lane can be as long as an outage: a page of them must not count it to its end. */
export const FOLLOWERS_COUNTED = 1000;

const FOLLOWERS = 'SELECT FROM parked_jobs j WHERE j.lane_id = l.id AND j.seq > l.head_seq';

const lane = (followers: string): string => `
  l.id AS "laneId", l.kind, l.partition, l.project_id AS "projectId", l.endpoint_id AS "endpointId",
  l.call_id AS "callId", l.head_delivery_id AS "headDeliveryId", head.event_id AS "eventId",
  head.event_type AS "eventType", l.attempts, l.due_at AS "nextTryAt", l.parked_at AS since,
  l.head_since AS "headSince", l.first_attempt_at AS "firstAttemptAt", l.last_reason AS reason,
  l.last_status AS "responseStatus", (SELECT count(*)::integer FROM (${followers}) AS f) AS followers,
  ${placeOf('l.parked_at')} AS place`;

const HEAD = 'JOIN parked_jobs head ON head.lane_id = l.id AND head.seq = l.head_seq';

/** Oldest first; of one instant, by id. The statement is apart so that a spec can look at its plan. */
export function laneSearch(
  projectId: string,
  { endpointId }: { readonly endpointId?: string | undefined },
  after: LanePlace | null,
  limit: number,
): { readonly sql: string; readonly parameters: readonly unknown[] } {
  const parameters: unknown[] = [projectId];
  const conditions = ['project_id = $1'];
  if (endpointId !== undefined) conditions.push(`endpoint_id = $${parameters.push(endpointId)}`);
  if (after !== null) {
    const [at, id] = [parameters.push(after.place), parameters.push(after.laneId)];
    conditions.push(`(parked_at, id) > ($${at}::timestamptz, $${id}::uuid)`);
  }
  // The page first, then what is looked up for each of its lanes.
  const sql = `
    WITH page AS MATERIALIZED (
      SELECT * FROM lanes WHERE ${conditions.join(' AND ')} ORDER BY parked_at, id LIMIT $${parameters.push(limit)}
    )
    SELECT ${lane(`${FOLLOWERS} LIMIT ${FOLLOWERS_COUNTED}`)} FROM page l ${HEAD} ORDER BY l.parked_at, l.id`;
  return { sql, parameters };
}

export async function searchLanes(
  database: Queries,
  projectId: string,
  filter: { readonly endpointId?: string | undefined },
  after: LanePlace | null,
  limit: number,
): Promise<FoundLane[]> {
  const { sql, parameters } = laneSearch(projectId, filter, after, limit);
  return database.query<FoundLane>(sql, parameters);
}

/** One lane, with all of its followers counted; null when it is not parked (any more). */
export async function findLane(database: Queries, projectId: string, laneId: string): Promise<FoundLane | null> {
  const [found] = await database.query<FoundLane>(
    `SELECT ${lane(FOLLOWERS)} FROM lanes l ${HEAD} WHERE l.id = $1 AND l.project_id = $2`,
    [laneId, projectId],
  );
  return found ?? null;
}

/** The lanes of a call that are parked now, oldest first: found by their names, as no index knows calls of lanes. */
export async function findCallLanes(database: Queries, projectId: string, callId: string): Promise<FoundLane[]> {
  const places = await database.query<{ type: EndpointType; endpointId: string; partition: number }>(
    `SELECT DISTINCT endpoint_type AS type, endpoint_id AS "endpointId", kafka_partition AS partition
     FROM deliveries WHERE call_id = $1 AND project_id = $2 AND kafka_partition IS NOT NULL`,
    [callId, projectId],
  );
  const ids = places.map(({ type, endpointId, partition }) => laneIdOf(KIND_OF[type], partition, endpointId, callId));
  return database.query<FoundLane>(
    `SELECT ${lane(FOLLOWERS)} FROM lanes l ${HEAD} WHERE l.id = ANY($1::uuid[]) AND l.project_id = $2
     ORDER BY l.parked_at, l.id`,
    [ids, projectId],
  );
}

/** A lane's first jobs in their order, the head first. */
export async function findLaneJobs(
  database: Queries,
  projectId: string,
  laneId: string,
  limit: number,
): Promise<FoundParkedJob[]> {
  return database.query<FoundParkedJob>(
    `SELECT j.delivery_id AS "deliveryId", j.event_id AS "eventId", j.event_type AS "eventType", j.parked_at AS "parkedAt"
     FROM lanes l JOIN parked_jobs j ON j.lane_id = l.id AND j.seq >= l.head_seq
     WHERE l.id = $1 AND l.project_id = $2 ORDER BY j.seq LIMIT $3`,
    [laneId, projectId, limit],
  );
}
