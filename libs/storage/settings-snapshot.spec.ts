import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createDatabase, createDatabaseOn, startPostgres, waitFor } from '#libs/testkit';
import { changeSettings } from './change-settings.js';
import { createDataSource, migrate } from './data-source.js';
import { BearerTokenEntity } from './entities/bearer-token.entity.js';
import { EndpointEntity } from './entities/endpoint.entity.js';
import { ProjectEntity } from './entities/project.entity.js';
import { TriggerEntity } from './entities/trigger.entity.js';
import { settingsReady } from './settings-ready.js';
import { SettingsSnapshot } from './settings-snapshot.js';

/** Oracle: what was committed through changeSettings, on a real PostgreSQL. */

const quiet = { info: () => {}, warn: () => {} };
let dataSource: DataSource;
let snapshot: SettingsSnapshot;

async function open(url: string, whenMigrated = migrate(url)): Promise<void> {
  await whenMigrated;
  dataSource = await createDataSource(url, { poolSize: 2 }).initialize();
  snapshot = new SettingsSnapshot({ url, applicationName: 'spec', log: quiet });
  await snapshot.start();
}

beforeEach(async () => open(await createDatabase()));
afterEach(async () => {
  await snapshot.close();
  await dataSource.destroy();
});

const projectId = randomUUID();
const addProject = (id = projectId) =>
  changeSettings(dataSource, (manager) => manager.insert(ProjectEntity, { id, name: 'P', createdAt: new Date() }));

async function addEndpoint(fields: Partial<EndpointEntity> = {}, eventTypes = ['OUTBOUND_CALL_BUSY'] as const) {
  const id = randomUUID();
  await changeSettings(dataSource, async (manager) => {
    await manager.insert(EndpointEntity, {
      id,
      projectId,
      name: 'E',
      endpointType: 'CUSTOM',
      target: 'https://example.com/',
      authType: 'NONE',
      contentKey: null,
      enabled: true,
      createdAt: new Date(),
      updatedAt: new Date(),
      ...fields,
    });
    await manager.insert(
      TriggerEntity,
      eventTypes.map((eventType) => ({ endpointId: id, eventType })),
    );
  });
  return id;
}

describe('the settings snapshot', () => {
  it('holds what was committed before a refresh began', async () => {
    for (let n = 0; n < 20; n++) {
      const id = randomUUID();
      await addProject(id);
      expect(await snapshot.refresh()).toBe('fresh');
      expect(snapshot.project(id)).toBe(true);
    }
  });

  it('holds it for each of many who ask at the same time', async () => {
    const ids = Array.from({ length: 20 }, () => randomUUID());
    const seen = await Promise.all(
      ids.map(async (id) => {
        await addProject(id);
        await snapshot.refresh();
        return snapshot.project(id);
      }),
    );
    expect(seen).not.toContain(false);
  });

  it('hears of changes without being asked', async () => {
    await addProject();
    await waitFor('the change to be heard of', () => snapshot.project(projectId));
  });

  it('finds endpoints by type in the order they were made, enabled ones only, with all that a job needs', async () => {
    await addProject();
    const first = await addEndpoint({ name: 'first', contentKey: 'k' });
    const second = await addEndpoint({ name: 'second' });
    const disabled = await addEndpoint({ enabled: false });
    await snapshot.refresh();
    const found = snapshot.endpointsFor(projectId, 'OUTBOUND_CALL_BUSY');
    expect(found.map(({ snapshot: { id } }) => id)).toEqual([first, second]);
    expect(found[0]!.ordinal).toBeLessThan(found[1]!.ordinal);
    expect(found[0]).toEqual({
      projectId,
      authType: 'NONE',
      ordinal: expect.any(Number),
      snapshot: { id: first, name: 'first', endpointType: 'CUSTOM', target: 'https://example.com/', contentKey: 'k' },
    });
    expect(snapshot.endpointsFor(projectId, 'OUTBOUND_CALL_ERROR')).toEqual([]);
    // A delivery service still has to know that it is disabled.
    expect(snapshot.endpoint(disabled)).toMatchObject({ enabled: false });
  });

  it('carries bearer tokens as they are sealed', async () => {
    await addProject();
    const id = await addEndpoint({ authType: 'BEARER' });
    await changeSettings(dataSource, (manager) =>
      manager.insert(BearerTokenEntity, { endpointId: id, sealed: 'v1.sealed', updatedAt: new Date() }),
    );
    await snapshot.refresh();
    expect(snapshot.endpoint(id)?.bearerToken).toBe('v1.sealed');
  });

  it('forgets what was deleted', async () => {
    await addProject();
    const id = await addEndpoint();
    await snapshot.refresh();
    await changeSettings(dataSource, (manager) => manager.delete(ProjectEntity, { id: projectId }));
    expect(await snapshot.ensureVersion(snapshot.version() + 1)).toBe(true);
    expect(snapshot.project(projectId)).toBe(false);
    expect(snapshot.endpoint(id)).toBeUndefined();
  });
});

describe('while Postgres is away', () => {
  it('the last settings serve, it is told at once, and the snapshot is up to date again by itself', async () => {
    await snapshot.close();
    await dataSource.destroy();
    const postgres = await startPostgres();
    await open(await createDatabaseOn(postgres.url));
    await addProject();
    expect(await snapshot.refresh()).toBe('fresh');
    expect(settingsReady(() => snapshot.state()).check()).toMatchObject({ up: true });

    await postgres.kill();
    await waitFor('the loss to be noticed', async () => (await snapshot.refresh()) === 'stale');
    expect(snapshot.project(projectId)).toBe(true);
    expect(await snapshot.ensureVersion(snapshot.version() + 1)).toBe(false);
    const { up, detail } = settingsReady(() => snapshot.state()).check();
    expect(up).toBe(false);
    expect(detail).toMatch(/^Postgres does not answer since 20.*; those of 20.* serve$/);

    await postgres.start();
    const later = randomUUID();
    await waitFor('the database to take changes', () => addProject(later).then(() => true));
    await waitFor(
      'the snapshot to be fresh',
      async () => (await snapshot.refresh()) === 'fresh' && snapshot.project(later),
    );
    expect(settingsReady(() => snapshot.state()).check()).toMatchObject({ up: true });
    await postgres.stop();
  });

  it('from the beginning, there are no settings, which is something else than settings without projects', async () => {
    const nowhere = new SettingsSnapshot({
      url: 'postgres://u:p@127.0.0.1:1/none',
      applicationName: 'spec',
      log: quiet,
    });
    await nowhere.start();
    expect(nowhere.state()).toMatchObject({
      loadedAt: null,
      away: { reason: expect.stringContaining('ECONNREFUSED') },
    });
    expect(settingsReady(() => nowhere.state()).check().detail).toMatch(/none were read yet$/);
    await nowhere.close();
  });
});
