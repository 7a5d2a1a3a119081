import type { Pool } from 'pg';

/** The Postgres channel on which it is told that something was recorded for projects; the payload is their ids. */
export const CHANGES_CHANNEL = 'recho_changes';

/** A payload has less than 8000 bytes; an id with its comma has 37. */
const IDS_A_PAYLOAD = 200;

/** Tells whoever listens now; nobody else hears of it. @param projectIds UUIDs. */
export async function tellChanges(pool: Pick<Pool, 'query'>, projectIds: readonly string[]): Promise<void> {
  const payloads: string[] = [];
  for (let at = 0; at < projectIds.length; at += IDS_A_PAYLOAD) {
    payloads.push(
      projectIds
        .slice(at, at + IDS_A_PAYLOAD)
        .join(',')
        .toLowerCase(),
    );
  }
  await pool.query('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload', [CHANGES_CHANNEL, payloads]);
}

export function projectsOf(payload: string | undefined): readonly string[] {
  return (payload ?? '').split(',');
}
