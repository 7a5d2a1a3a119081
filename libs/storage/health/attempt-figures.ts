import type { Queries } from '../delivery-search.js';

/** The attempts of some deliveries, of one endpoint or of all. */
export interface AttemptFigures {
  /** Null: all. */
  readonly endpointId: string | null;
  /** Deliveries that were looked at. */
  readonly sampled: number;
  readonly delivered: number;
  readonly retry: number;
  readonly refused: number;
  readonly abstained: number;
  /** Percentiles 50, 95 and 99, in milliseconds; null: there was none. */
  readonly destination: readonly number[] | null;
  /** From the event to its delivery, waits included; without what an operator sent again. */
  readonly toDelivery: readonly number[] | null;
}

const PERCENTILES = 'percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY';

/**
 * Of the deliveries of a time, at most about `most`: which ones is their ids' choice, which are digests, so that it is
 * an even one.
 * @param from Unix milliseconds.
 * @param deliveries how many there are.
 */
export async function attemptFigures(
  database: Queries,
  projectId: string,
  from: number,
  { deliveries, most }: { readonly deliveries: number; readonly most: number },
): Promise<AttemptFigures[]> {
  const every = deliveries <= most ? '' : 'AND delivery_id < $3::uuid';
  return database.query<AttemptFigures>(
    `WITH picked AS MATERIALIZED (
       SELECT delivery_id, received_at, endpoint_id FROM deliveries
       WHERE project_id = $1 AND received_at >= to_timestamp($2::float8 / 1000) ${every}
     )
     SELECT p.endpoint_id AS "endpointId", count(DISTINCT p.delivery_id)::integer AS sampled,
       ${['delivered', 'retry', 'refused', 'abstained'].map(
         (verdict) => `count(*) FILTER (WHERE a.verdict = '${verdict}')::integer AS ${verdict}`,
       )},
       ${PERCENTILES} a.duration_ms) FILTER (WHERE a.verdict <> 'abstained') AS destination,
       ${PERCENTILES} extract(epoch FROM a.started_at - p.received_at)::float8 * 1000 + a.duration_ms)
         FILTER (WHERE a.verdict = 'delivered' AND a.redrive = 0) AS "toDelivery"
     FROM picked p JOIN attempts a ON a.delivery_id = p.delivery_id AND a.received_at = p.received_at
       -- Said once more, so that the days before are not even looked at.
       AND a.received_at >= to_timestamp($2::float8 / 1000)
     GROUP BY GROUPING SETS ((p.endpoint_id), ())`,
    [projectId, from, ...(every === '' ? [] : [boundOf(most / deliveries)])],
  );
}

/** The UUID below which this share of all lies. */
function boundOf(share: number): string {
  const first = Math.floor(share * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
  return `${first}-0000-0000-0000-000000000000`;
}
