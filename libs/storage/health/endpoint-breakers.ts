import type { ClientBase, Pool } from 'pg';
import type { PlatformEvent } from '#libs/contracts';

/** What is known of an endpoint's breaker. */
export interface BreakerState {
  readonly breaker: 'open' | 'closed';
  /** null: never heard of, or not for a while. */
  readonly since: Date | null;
  readonly reason: string | null;
}

/**
 * An open breaker is told of with each probe that fails, so at least once a minute while something waits for it: one that was
 * not told of for so long, in milliseconds, belongs to a process that is gone, or to an endpoint that nobody calls.
 */
const SILENCE_MS = 5 * 60_000;

const INSERT = `
  INSERT INTO endpoint_breakers AS b (endpoint_id, project_id, breaker, since, told_at, reason)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (endpoint_id, since, breaker) DO UPDATE SET told_at = EXCLUDED.told_at, reason = EXCLUDED.reason
  WHERE b.told_at < EXCLUDED.told_at`;

/** Keeps one row for each opening and each closing; repeatable. */
export async function insertBreaker(pool: Pool | ClientBase, event: PlatformEvent): Promise<void> {
  const breaker = event.type === 'endpoint.breaker.opened' ? 'open' : 'closed';
  const { endpointId, projectId, since, at, reason } = event;
  await pool.query(INSERT, [endpointId, projectId, breaker, since, at, reason]);
}

const LATEST = `
  SELECT breaker, since, reason, told_at AS "toldAt" FROM endpoint_breakers
  WHERE endpoint_id = $1 ORDER BY told_at DESC LIMIT 1`;

/** What was said of it last, by whichever process. @param now Unix milliseconds. */
export async function latestBreaker(
  query: <Row>(sql: string, values: readonly unknown[]) => Promise<readonly Row[]>,
  endpointId: string,
  now: number,
): Promise<BreakerState> {
  const [row] = await query<BreakerState & { readonly toldAt: Date }>(LATEST, [endpointId]);
  const isOver = row?.breaker === 'open' && now - row.toldAt.getTime() > SILENCE_MS;
  if (row === undefined || isOver) return { breaker: 'closed', since: null, reason: null };
  const { breaker, since, reason } = row;
  return { breaker, since, reason };
}
