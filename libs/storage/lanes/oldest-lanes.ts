import type { Kind } from '#libs/contracts';
import type pg from 'pg';

/** The oldest of a kind's parked lanes, in seconds before now. */
export interface OldestLane {
  readonly kind: Kind;
  /** Since the lane was parked. */
  readonly parkedFor: number;
  /** Since one and the same job is the head of its lane: no more than the whole ladder, or something is stuck. */
  readonly headFor: number;
}

/** Kinds without parked lanes are left out. Reads all of `lanes`: to be asked now and then. */
export async function oldestLanes(pool: Pick<pg.Pool, 'query'>): Promise<OldestLane[]> {
  const { rows } = await pool.query<OldestLane>(
    `SELECT kind,
            extract(epoch FROM now() - min(parked_at))::float8 AS "parkedFor",
            extract(epoch FROM now() - min(head_since))::float8 AS "headFor"
     FROM lanes GROUP BY kind`,
  );
  return rows;
}
