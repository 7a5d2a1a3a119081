import type { ClientBase, Pool } from 'pg';
import type { PlatformEvent } from '#libs/contracts';

type Queries = <Row>(sql: string, values: readonly unknown[]) => Promise<readonly Row[]>;

/** What is known of how an endpoint does, as a delivery service told it last. */
export interface ToldHealth {
  readonly breaker: 'open' | 'closed';
  /** Of the breaker; of one that is closed, when it closed. null: never heard of, or not for a while. */
  readonly since: Date | null;
  readonly reason: string | null;
  /** null: its breaker is closed. */
  readonly nextProbeAt: Date | null;
  /** Attempts that may be in flight at a time, in one process; null: as many as it may have. */
  readonly share: number | null;
}

export interface ImpairedEndpoint extends ToldHealth {
  readonly endpointId: string;
  readonly endpointName: string;
  readonly since: Date;
  readonly reason: string;
  readonly share: number;
  readonly wholeShare: number;
  /** Calls that wait in Postgres for it. */
  readonly waitingCalls: number;
}

/**
 * What is not well is told of with each probe that fails and each fall of a share, so at least once a minute while something
 * waits for a breaker: what was not told for so long, in milliseconds, is of a process that is gone, or of an endpoint that
 * is well again or that nobody calls.
 */
const SILENCE_MS = 5 * 60_000;

const STATES: Readonly<Record<PlatformEvent['type'], string>> = {
  'endpoint.breaker.opened': 'open',
  'endpoint.breaker.closed': 'closed',
  'endpoint.share.fell': 'limited',
  'endpoint.share.whole': 'whole',
};

const INSERT = `
  INSERT INTO endpoint_breakers AS b
    (endpoint_id, project_id, state, since, told_at, reason, next_probe_at, share, whole_share)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (endpoint_id, since, state) DO UPDATE SET told_at = EXCLUDED.told_at, reason = EXCLUDED.reason,
    next_probe_at = EXCLUDED.next_probe_at, share = EXCLUDED.share, whole_share = EXCLUDED.whole_share
  WHERE b.told_at < EXCLUDED.told_at`;

/** Keeps one row for each opening, each closing and each time of a smaller share; repeatable. */
export async function insertBreaker(pool: Pool | ClientBase, event: PlatformEvent): Promise<void> {
  const { endpointId, projectId, type, since, at, reason, nextProbeAt, share, wholeShare } = event;
  await pool.query(INSERT, [
    ...[endpointId, projectId, STATES[type], since, at, reason],
    ...[nextProbeAt, share, wholeShare],
  ]);
}

interface Told extends Omit<ImpairedEndpoint, 'breaker'> {
  readonly state: string;
  readonly toldAt: Date;
}

const COLUMNS = `state, since, reason, told_at AS "toldAt", next_probe_at AS "nextProbeAt", share,
  whole_share AS "wholeShare"`;

const LATEST = `
  SELECT ${COLUMNS} FROM endpoint_breakers
  WHERE project_id = $1 AND endpoint_id = $2 ORDER BY told_at DESC LIMIT 1`;

const NEVER: ToldHealth = { breaker: 'closed', since: null, reason: null, nextProbeAt: null, share: null };

/** What was said of it last, by whichever process. @param now Unix milliseconds. */
export async function latestBreaker(
  query: Queries,
  projectId: string,
  endpointId: string,
  now: number,
): Promise<ToldHealth> {
  const [row] = await query<Told>(LATEST, [projectId, endpointId]);
  if (row === undefined) return NEVER;
  const { state, since, reason, nextProbeAt, share } = row;
  if (!isOver(row, now)) return { breaker: state === 'open' ? 'open' : 'closed', since, reason, nextProbeAt, share };
  return state === 'closed' ? { ...NEVER, since, reason } : NEVER;
}

/** The latest of each endpoint, and what waits for it. */
const IMPAIRED = `
  SELECT e.id AS "endpointId", e.name AS "endpointName", told.*,
    (SELECT count(*)::integer FROM lanes l WHERE l.endpoint_id = e.id) AS "waitingCalls"
  FROM endpoints e CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM endpoint_breakers b
    WHERE b.project_id = e.project_id AND b.endpoint_id = e.id ORDER BY told_at DESC LIMIT 1
  ) AS told
  WHERE e.project_id = $1 AND told.state <> 'whole' AND told."toldAt" > $2
  ORDER BY told.state = 'open' DESC, "waitingCalls" DESC, e.id LIMIT $3`;

/** A project's endpoints that are left alone, or sent less at a time; the worst first. @param now Unix milliseconds. */
export async function impairedEndpoints(
  query: Queries,
  projectId: string,
  now: number,
  most: number,
): Promise<readonly ImpairedEndpoint[]> {
  const rows = await query<Told>(IMPAIRED, [projectId, new Date(now - SILENCE_MS), most]);
  return rows.map(({ state, toldAt: _, ...told }) => ({ ...told, breaker: state === 'open' ? 'open' : 'closed' }));
}

function isOver({ state, toldAt }: Told, now: number): boolean {
  return state === 'whole' || now - toldAt.getTime() > SILENCE_MS;
}
