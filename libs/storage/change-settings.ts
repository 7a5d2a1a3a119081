import type { DataSource, EntityManager } from 'typeorm';

/** The Postgres channel on which a change of settings is told; the payload is the new version. */
export const SETTINGS_CHANNEL = 'recho_settings';

/**
 * Every change of projects, endpoints, triggers or credentials goes through here: one transaction that also gives the
 * settings a new version and tells it to everyone who holds a snapshot. Changes wait for each other at the version's
 * row, so a snapshot of version n holds all changes up to n.
 */
export function changeSettings<T>(dataSource: DataSource, change: (manager: EntityManager) => Promise<T>): Promise<T> {
  return dataSource.transaction(async (manager) => {
    const [[{ version }]] = (await manager.query(
      'UPDATE settings_version SET version = version + 1 RETURNING version',
    )) as [[{ version: string }], number];
    const result = await change(manager);
    // Told at commit.
    await manager.query('SELECT pg_notify($1, $2)', [SETTINGS_CHANNEL, version]);
    return result;
  });
}
