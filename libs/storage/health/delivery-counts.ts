import type { DeliveryStatus, EndpointType } from '#libs/contracts';
import type { Queries } from '../delivery-search.js';

/** Deliveries of an endpoint whose events were received in one stretch of time. */
export interface DeliveryCount {
  readonly endpointId: string;
  /** As it is now; of a deleted one as it was. */
  readonly endpointName: string;
  readonly endpointType: EndpointType;
  /** Which stretch, from 0. */
  readonly bucket: number;
  readonly status: DeliveryStatus;
  readonly deliveries: number;
}

export interface Stretches {
  /** Unix milliseconds; what was received earlier is left out. */
  readonly from: number;
  /** How long each lasts. */
  readonly bucketMs: number;
}

/** Reads every delivery of the time, and none of its attempts. */
export async function countDeliveries(
  database: Queries,
  projectId: string,
  { from, bucketMs }: Stretches,
): Promise<DeliveryCount[]> {
  return database.query<DeliveryCount>(
    `SELECT g.endpoint_id AS "endpointId", coalesce(e.name, g.name) AS "endpointName", g.endpoint_type AS "endpointType",
       g.bucket, g.status, g.deliveries
     FROM (
       SELECT endpoint_id, endpoint_type, status, max(endpoint_name) AS name, count(*)::integer AS deliveries,
         floor(extract(epoch FROM received_at - to_timestamp($2::float8 / 1000)) * 1000 / $3::float8)::integer AS bucket
       FROM deliveries WHERE project_id = $1 AND received_at >= to_timestamp($2::float8 / 1000)
       GROUP BY endpoint_id, endpoint_type, status, bucket
     ) AS g LEFT JOIN endpoints e ON e.id = g.endpoint_id
     ORDER BY g.bucket`,
    [projectId, from, bucketMs],
  );
}
