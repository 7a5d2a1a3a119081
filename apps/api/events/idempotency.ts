import { createHash } from 'node:crypto';
import type { CallEvent } from '#libs/contracts';
import { codeOf } from '#libs/runtime';
import type { Database } from '#libs/storage';
import { QueryFailedError, type EntityManager } from 'typeorm';
import { Problem } from '../http/problem.js';
import { noProject } from '../projects/project-store.js';

/** How long a repeated request waits for the first one, which holds the key, in milliseconds. */
const WAIT_MS = 5000;

/** What a request asks for: the same for two that mean the same, whatever id was made for them. */
export function requestHash(event: CallEvent, ownEventId: boolean): string {
  const asked = ownEventId ? event : { ...event, eventId: null };
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64');
}

export interface KeyedRequest {
  readonly projectId: string;
  readonly key: string;
  readonly hash: string;
  /** To use when the key is new. */
  readonly eventId: string;
}

interface KeyRow {
  readonly hash: string;
  readonly eventId: string;
  readonly publishedAt: Date | null;
}

/**
 * Publishes once for each key. The key's row is committed with the event's id before anything is published, so that a
 * request repeated after a crash publishes under the same id; the row's lock, which dies with its holder, makes
 * a request that is repeated meanwhile wait for the first, also in another process.
 *
 * @param publish with the id of the key's event.
 * @returns that id.
 * @throws Problem 422 when the key was used for another request.
 */
export async function publishOnce(
  database: Database,
  { projectId, key, hash, eventId }: KeyedRequest,
  publish: (eventId: string) => Promise<void>,
): Promise<string> {
  await database.query(
    `INSERT INTO idempotency_keys (project_id, key, request_hash, event_id)
     SELECT id, $2, $3, $4 FROM projects WHERE id = $1 ON CONFLICT DO NOTHING`,
    [projectId, key, hash, eventId],
  );
  return database.transaction(async (manager) => {
    await manager.query(`SET LOCAL lock_timeout = ${WAIT_MS}`);
    const row = await lockKey(manager, projectId, key);
    if (row === undefined) throw noProject(projectId); // it was deleted meanwhile
    if (row.hash !== hash) {
      throw new Problem(
        422,
        'idempotency_key_reused',
        'this Idempotency-Key was used for another event; send each event under a key of its own',
      );
    }
    if (row.publishedAt !== null) return row.eventId;
    await publish(row.eventId);
    await manager.query('UPDATE idempotency_keys SET published_at = now() WHERE project_id = $1 AND key = $2', [
      projectId,
      key,
    ]);
    return row.eventId;
  });
}

/** SQLSTATE lock_not_available. */
const LOCKED = '55P03';

async function lockKey(manager: EntityManager, projectId: string, key: string): Promise<KeyRow | undefined> {
  try {
    const [row] = (await manager.query(
      `SELECT request_hash AS hash, event_id AS "eventId", published_at AS "publishedAt"
       FROM idempotency_keys WHERE project_id = $1 AND key = $2 FOR UPDATE`,
      [projectId, key],
    )) as KeyRow[];
    return row;
  } catch (error) {
    if (!(error instanceof QueryFailedError) || codeOf(error.driverError) !== LOCKED) throw error;
    throw new Problem(
      409,
      'request_under_way',
      'the first request with this Idempotency-Key is still under way; repeat this one in a few seconds',
      { headers: { 'retry-after': '2' }, cause: error },
    );
  }
}
