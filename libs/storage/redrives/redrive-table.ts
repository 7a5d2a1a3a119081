import type { Queries } from '../delivery-search.js';
import { placeOf } from '../place.js';
import type { DeadLetterFilter, RedriveCounts } from './dead-letters.js';

/** What an operator asked for. */
export interface NewRedrive {
  /** UUID. */
  readonly id: string;
  readonly projectId: string;
  readonly filter: DeadLetterFilter;
  readonly counts: RedriveCounts;
}

export interface FoundRedrive extends NewRedrive {
  readonly createdAt: Date;
  /** Deliveries so far. */
  readonly sent: number;
  /** Why it does not get on just now, in words. */
  readonly problem: string | null;
  readonly finishedAt: Date | null;
  /** `createdAt` in microseconds, as text. */
  readonly place: string;
}

const REDRIVE = `r.id, r.project_id AS "projectId", r.filter, r.counts, r.created_at AS "createdAt", r.sent, r.problem,
  r.finished_at AS "finishedAt", ${placeOf('r.created_at')} AS place`;

export async function addRedrive(database: Queries, { id, projectId, filter, counts }: NewRedrive): Promise<void> {
  await database.query('INSERT INTO redrives (id, project_id, filter, counts) VALUES ($1, $2, $3, $4)', [
    id,
    projectId,
    JSON.stringify(filter),
    JSON.stringify(counts),
  ]);
}

export async function findRedrive(database: Queries, projectId: string, id: string): Promise<FoundRedrive | null> {
  const [found] = await database.query<FoundRedrive>(
    `SELECT ${REDRIVE} FROM redrives r WHERE r.id = $1 AND r.project_id = $2`,
    [id, projectId],
  );
  return found ?? null;
}

/** Newest first. @param after the last one of the page before. */
export async function listRedrives(
  database: Queries,
  projectId: string,
  after: readonly [place: string, id: string] | null,
  limit: number,
): Promise<FoundRedrive[]> {
  return database.query<FoundRedrive>(
    `SELECT ${REDRIVE} FROM redrives r
     WHERE r.project_id = $1 AND ($2::timestamptz IS NULL OR (r.created_at, r.id) < ($2::timestamptz, $3::uuid))
     ORDER BY r.created_at DESC, r.id DESC LIMIT $4`,
    [projectId, after?.[0] ?? null, after?.[1] ?? null, limit],
  );
}

/** A redrive whose turn it is, and how far it has come. */
export interface ClaimedRedrive {
  readonly id: string;
  readonly projectId: string;
  readonly filter: DeadLetterFilter;
  /** When it was asked for, and the place that it has come to: ISO 8601 in microseconds, or -infinity. */
  readonly until: string;
  readonly from: string;
}

/** Any constant, with a project's hash: who holds both redrives the project, everybody else leaves it alone. */
const REDRIVE_LOCK = 7_302_117;

/**
 * Takes a redrive that may send something now: the oldest unfinished one of its project. It is nobody else's until the
 * transaction ends, also when its holder dies.
 */
export async function claimRedrive(transaction: Queries): Promise<ClaimedRedrive | null> {
  const [claimed] = await transaction.query<ClaimedRedrive>(
    `SELECT r.id, r.project_id AS "projectId", r.filter, ${placeOf('r.created_at')} AS until,
       CASE WHEN isfinite(r.place) THEN ${placeOf('r.place')} ELSE '-infinity' END AS "from"
     FROM redrives r
     WHERE r.finished_at IS NULL AND r.next_at <= now() AND NOT EXISTS (
       SELECT FROM redrives older WHERE older.finished_at IS NULL AND older.project_id = r.project_id
         AND (older.created_at, older.id) < (r.created_at, r.id))
     ORDER BY r.next_at LIMIT 1 FOR UPDATE OF r SKIP LOCKED`,
    [],
  );
  if (claimed === undefined) return null;
  // An older one that was committed later may be under way at another process.
  const [lock] = await transaction.query<{ mine: boolean }>(
    'SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS mine',
    [REDRIVE_LOCK, claimed.projectId],
  );
  return lock?.mine === true ? claimed : null;
}

/** Waits until nobody redrives the project; nobody does until the transaction ends. */
export async function lockRedrives(transaction: Queries, projectId: string): Promise<void> {
  await transaction.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [REDRIVE_LOCK, projectId]);
}

export interface Progress {
  readonly sent: number;
  /** The place of the last one that was sent; null: nothing was. */
  readonly place: string | null;
  /** Until something may be sent again, in milliseconds. */
  readonly pauseMs: number;
  readonly finished: boolean;
}

export async function noteProgress(
  transaction: Queries,
  id: string,
  { sent, place, pauseMs, finished }: Progress,
): Promise<void> {
  await transaction.query(
    `UPDATE redrives SET sent = sent + $2, place = coalesce($3::timestamptz, place), problem = NULL,
       next_at = clock_timestamp() + $4::float8 * interval '1 ms',
       finished_at = CASE WHEN $5 THEN clock_timestamp() END
     WHERE id = $1`,
    [id, sent, place, pauseMs, finished],
  );
}

/** It is tried again after the pause. */
export async function noteProblem(database: Queries, id: string, problem: string, pauseMs: number): Promise<void> {
  await database.query(
    `UPDATE redrives SET problem = $2, next_at = clock_timestamp() + $3::float8 * interval '1 ms' WHERE id = $1`,
    [id, problem, pauseMs],
  );
}

/** Until a redrive may send something, in milliseconds; null: none is unfinished. */
export async function untilNextRedrive(database: Queries): Promise<number | null> {
  const [next] = await database.query<{ ms: number | null }>(
    'SELECT (extract(epoch FROM min(next_at) - clock_timestamp()) * 1000)::float8 AS ms FROM redrives WHERE finished_at IS NULL',
    [],
  );
  return next?.ms ?? null;
}
