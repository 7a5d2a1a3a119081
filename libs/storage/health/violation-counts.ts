import type { Queries } from '../delivery-search.js';

/** Deliveries that came after a later event of their call, by endpoint. @param from Unix milliseconds. */
export async function countViolations(
  database: Queries,
  projectId: string,
  from: number,
): Promise<{ readonly endpointId: string; readonly violations: number }[]> {
  return database.query(
    `SELECT endpoint_id AS "endpointId", count(*)::integer AS violations FROM order_violations
     WHERE project_id = $1 AND received_at >= to_timestamp($2::float8 / 1000) GROUP BY 1`,
    [projectId, from],
  );
}
