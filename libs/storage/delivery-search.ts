import type { AuthType, CallEvent, DeliveryStatus, EndpointType, VerdictName } from '#libs/contracts';
import { placeOf } from './place.js';
import { codeOf } from './reason-code.js';

/** Anything that runs SQL with parameters. */
export interface Queries {
  query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]>;
}

/** A delivery as the history has it. */
export interface FoundDelivery {
  readonly deliveryId: string;
  readonly projectId: string;
  readonly endpointId: string;
  readonly endpointName: string;
  readonly endpointType: EndpointType;
  readonly callId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly status: DeliveryStatus;
  /** Since when it has this status. */
  readonly statusAt: Date;
  /** Attempts made so far, since it was sent again last. */
  readonly attempts: number;
  /** How often an operator has sent it again. */
  readonly redrives: number;
  readonly reason: string | null;
  readonly responseStatus: number | null;
  readonly receivedAt: Date;
  readonly firstAttemptAt: Date | null;
  readonly lastAttemptAt: Date | null;
  /** `receivedAt` in microseconds, as text: where the next page begins. */
  readonly place: string;
}

export interface FoundAttempt {
  readonly attempt: number;
  /** Of the so-many-th redrive; 0: before any. */
  readonly redrive: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly verdict: VerdictName;
  readonly reason: string | null;
  readonly target: string;
  readonly authType: AuthType;
  /** UUID of the signing key; null: the request was not signed. */
  readonly keyId: string | null;
  readonly responseStatus: number | null;
  readonly responseBody: string | null;
  readonly traceparent: string | null;
}

export interface DeliveryFilter {
  readonly ids?: readonly string[] | undefined;
  readonly callId?: string | undefined;
  readonly endpointId?: string | undefined;
  readonly eventType?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  /** That the reason begins with, as `codeOf` tells it. */
  readonly code?: string | undefined;
  /** Received at or after. */
  readonly from?: string | undefined;
  /** Received before. */
  readonly to?: string | undefined;
}

/** The last delivery of the page before. */
export interface DeliveryPlace {
  readonly place: string;
  readonly deliveryId: string;
}

const DELIVERY = `
  d.delivery_id AS "deliveryId", d.project_id AS "projectId", d.endpoint_id AS "endpointId",
  d.endpoint_name AS "endpointName", d.endpoint_type AS "endpointType", d.call_id AS "callId", d.event_id AS "eventId",
  d.event_type AS "eventType", d.status, d.status_at AS "statusAt", d.attempts, d.redrives, d.reason, d.response_status AS "responseStatus",
  d.received_at AS "receivedAt", d.first_attempt_at AS "firstAttemptAt", d.last_attempt_at AS "lastAttemptAt",
  ${placeOf('d.received_at')} AS place`;

/** Newest first; of one millisecond, by id. The statement is apart so that a spec can look at its plan. */
export function deliverySearch(
  projectId: string,
  filter: DeliveryFilter,
  after: DeliveryPlace | null,
  limit: number,
): { readonly sql: string; readonly parameters: readonly unknown[] } {
  const { conditions, parameters, where } = deliveriesLike(projectId, filter);
  if (after !== null) {
    // The first half is said once more: of a pair Postgres does not conclude which days it need not look at.
    where(
      (at, id) =>
        `d.received_at <= ${at}::timestamptz AND (d.received_at, d.delivery_id) < (${at}::timestamptz, ${id}::uuid)`,
      after.place,
      after.deliveryId,
    );
  }
  const sql = `
    SELECT ${DELIVERY} FROM deliveries d WHERE ${conditions.join(' AND ')}
    ORDER BY d.received_at DESC, d.delivery_id DESC LIMIT $${parameters.push(limit)}`;
  return { sql, parameters };
}

/** Conditions on `deliveries d` that grow, with their parameters. */
export function deliveriesLike(projectId: string, filter: DeliveryFilter) {
  const parameters: unknown[] = [projectId];
  const conditions = ['d.project_id = $1'];
  const where = (sql: (...names: string[]) => string, ...values: unknown[]): void => {
    conditions.push(sql(...values.map((value) => `$${parameters.push(value)}`)));
  };
  if (filter.ids !== undefined) where((p) => `d.delivery_id = ANY(${p}::uuid[])`, filter.ids);
  if (filter.callId !== undefined) where((p) => `d.call_id = ${p}`, filter.callId);
  if (filter.endpointId !== undefined) where((p) => `d.endpoint_id = ${p}`, filter.endpointId);
  if (filter.eventType !== undefined) where((p) => `d.event_type = ${p}`, filter.eventType);
  // Not also `<> 'delivered'`, for the partial indexes: statements are planned for their values, of which Postgres concludes
  // it, and it takes what is said twice for twice as rare: it then read (and sorted) thousands of rows for a page.
  if (filter.status !== undefined) where((p) => `d.status = ${p}`, filter.status);
  if (filter.code !== undefined) where((p) => `coalesce(${codeOf('d.reason')}, 'other') = ${p}`, filter.code);
  if (filter.from !== undefined) where((p) => `d.received_at >= ${p}`, filter.from);
  if (filter.to !== undefined) where((p) => `d.received_at < ${p}`, filter.to);
  return { conditions, parameters, where };
}

export async function searchDeliveries(
  database: Queries,
  projectId: string,
  filter: DeliveryFilter,
  after: DeliveryPlace | null,
  limit: number,
): Promise<FoundDelivery[]> {
  const { sql, parameters } = deliverySearch(projectId, filter, after, limit);
  return database.query<FoundDelivery>(sql, parameters);
}

export async function findDelivery(
  database: Queries,
  projectId: string,
  deliveryId: string,
): Promise<(FoundDelivery & { readonly event: CallEvent | null }) | null> {
  const [found] = await database.query<FoundDelivery & { readonly event: CallEvent | null }>(
    `SELECT ${DELIVERY}, d.event FROM deliveries d WHERE d.delivery_id = $1 AND d.project_id = $2`,
    [deliveryId, projectId],
  );
  return found ?? null;
}

/** The last `limit` attempts of a delivery, in the order they were made. */
export async function findAttempts(
  database: Queries,
  { deliveryId, place }: DeliveryPlace,
  limit: number,
): Promise<FoundAttempt[]> {
  const newestFirst = await database.query<FoundAttempt>(
    `SELECT attempt, redrive, started_at AS "startedAt", duration_ms AS "durationMs", verdict, reason, target,
       auth_type AS "authType", key_id AS "keyId", response_status AS "responseStatus",
       response_body AS "responseBody", traceparent
     FROM attempts WHERE delivery_id = $1 AND received_at = $2::timestamptz
     ORDER BY started_at DESC, attempt DESC LIMIT $3`,
    [deliveryId, place, limit],
  );
  return newestFirst.reverse();
}

/** The last event of the page before. */
export interface EventPlace {
  readonly place: string;
  /** Its offset in its partition; 0 when it did not come through the router. */
  readonly offset: number;
  readonly eventId: string;
}

/** An event of a call, and where it went. */
export interface FoundEvent extends EventPlace {
  readonly eventType: string;
  readonly receivedAt: Date;
  readonly event: CallEvent | null;
  readonly deliveries: readonly FoundDelivery[];
}

/**
 * The events of a call that have deliveries, in the order they were received: a call stays on one partition, whose
 * offsets decide between events of one millisecond.
 */
export async function findCallEvents(
  database: Queries,
  projectId: string,
  callId: string,
  after: EventPlace | null,
  limit: number,
): Promise<FoundEvent[]> {
  const rows = await database.query<FoundDelivery & { event: CallEvent | null; offset: string }>(
    `WITH events AS (
       SELECT received_at, event_id, coalesce(min(source_offset), 0) AS "offset"
       FROM deliveries WHERE call_id = $1 AND project_id = $2 GROUP BY received_at, event_id
     ), page AS (
       SELECT * FROM events
       WHERE $3::timestamptz IS NULL OR (received_at, "offset", event_id) > ($3::timestamptz, $4::bigint, $5::text)
       ORDER BY received_at, "offset", event_id LIMIT $6
     )
     SELECT ${DELIVERY}, d.event, page."offset"
     FROM page JOIN deliveries d ON d.received_at = page.received_at AND d.event_id = page.event_id
     WHERE d.call_id = $1 AND d.project_id = $2
     ORDER BY page.received_at, page."offset", page.event_id, d.endpoint_name, d.delivery_id`,
    [callId, projectId, after?.place ?? null, after?.offset ?? null, after?.eventId ?? null, limit],
  );
  const events = new Map<string, FoundEvent & { event: CallEvent | null; deliveries: FoundDelivery[] }>();
  for (const { event, offset, ...delivery } of rows) {
    const { place, eventId, eventType, receivedAt } = delivery;
    const key = `${place} ${eventId}`;
    const known = events.get(key);
    if (known === undefined) {
      events.set(key, { place, offset: Number(offset), eventId, eventType, receivedAt, event, deliveries: [delivery] });
    } else {
      known.event ??= event;
      known.deliveries.push(delivery);
    }
  }
  return [...events.values()];
}
