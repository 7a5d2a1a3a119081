import type { Queries } from '../delivery-search.js';
import { codeOf } from '../reason-code.js';

/** Parked lanes of one endpoint that wait for the same. */
export interface LaneGroup {
  readonly endpointId: string;
  /** Null: the endpoint is deleted. */
  readonly endpointName: string | null;
  /** `retry`: the head's next attempt is not due yet; `attempt`: it is made as soon as the endpoint has room. */
  readonly cause: 'retry' | 'attempt';
  /** That the last attempt's reason begins with; null: the head was not attempted yet. */
  readonly code: string | null;
  readonly lanes: number;
  /** Since when the one that is parked longest is. */
  readonly oldestSince: Date;
  /** The first that is due; null: none waits for that. */
  readonly nextTryAt: Date | null;
}

/** Oldest first. Reads all of a project's parked lanes, and no job. */
export async function summarizeLanes(database: Queries, projectId: string): Promise<LaneGroup[]> {
  return database.query<LaneGroup>(
    `SELECT g.*, e.name AS "endpointName"
     FROM (
       SELECT endpoint_id AS "endpointId", cause, ${codeOf('last_reason')} AS code, sum(lanes)::integer AS lanes,
         min(oldest) AS "oldestSince", min(next) AS "nextTryAt"
       FROM (
         -- There are few reasons, and many lanes to look for the code of each.
         SELECT endpoint_id, CASE WHEN due_at IS NULL THEN 'attempt' ELSE 'retry' END AS cause, last_reason,
           count(*) AS lanes, min(parked_at) AS oldest, min(due_at) AS next
         FROM lanes WHERE project_id = $1 GROUP BY 1, 2, 3
       ) AS r GROUP BY 1, 2, 3
     ) AS g LEFT JOIN endpoints e ON e.id = g."endpointId"
     ORDER BY "oldestSince", "endpointId", cause, code`,
    [projectId],
  );
}
