import type { SnapshotState } from './settings-snapshot.js';

/** A ready check for a service that works with a SettingsSnapshot: down while Postgres is away, and it says what serves. */
export function settingsReady(state: () => SnapshotState) {
  return {
    name: 'settings',
    check: (): { up: boolean; detail: string } => {
      const { loadedAt, away } = state();
      const asOf = loadedAt === null ? 'none were read yet' : `those of ${new Date(loadedAt).toISOString()} serve`;
      if (away === null) return { up: true, detail: asOf };
      const since = new Date(away.since).toISOString();
      return { up: false, detail: `Postgres does not answer since ${since} (${away.reason}); ${asOf}` };
    },
  };
}
