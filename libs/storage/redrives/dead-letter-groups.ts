import type { Queries } from '../delivery-search.js';
import { codeOf } from '../reason-code.js';
import { deadLettersLike, type DeadLetterFilter } from './dead-letters.js';

/** Dead letters of one endpoint that were given up for the same reason. */
export interface DeadLetterGroup {
  readonly endpointId: string;
  /** As it is now; of a deleted one as it was. */
  readonly endpointName: string;
  /** What is sent again goes to enabled ones alone. */
  readonly endpointState: 'enabled' | 'disabled' | 'deleted';
  /** That the reason begins with. */
  readonly code: string;
  readonly deliveries: number;
  readonly calls: number;
  /** When the first and the last of them was given up. */
  readonly oldestAt: Date;
  readonly newestAt: Date;
}

/** Those that had the last one first. Reads all that the filter lets through. */
export async function groupDeadLetters(
  database: Queries,
  projectId: string,
  filter: DeadLetterFilter,
): Promise<DeadLetterGroup[]> {
  const { conditions, parameters } = deadLettersLike(projectId, filter);
  return database.query<DeadLetterGroup>(
    `SELECT g."endpointId", coalesce(e.name, g.name) AS "endpointName",
       CASE WHEN e.id IS NULL THEN 'deleted' WHEN e.enabled THEN 'enabled' ELSE 'disabled' END AS "endpointState",
       g.code, g.deliveries, g.calls, g."oldestAt", g."newestAt"
     FROM (
       SELECT d.endpoint_id AS "endpointId", coalesce(${codeOf('d.reason')}, 'other') AS code, count(*)::integer AS deliveries,
         count(DISTINCT d.call_id)::integer AS calls, min(d.status_at) AS "oldestAt", max(d.status_at) AS "newestAt",
         max(d.endpoint_name) AS name
       FROM deliveries d WHERE ${conditions.join(' AND ')} GROUP BY 1, 2
     ) AS g LEFT JOIN endpoints e ON e.id = g."endpointId" AND e.project_id = $1
     ORDER BY g."newestAt" DESC, g."endpointId", g.code`,
    parameters,
  );
}
