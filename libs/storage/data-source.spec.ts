import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDatabase } from '#libs/testkit';
import { changeSettings } from './change-settings.js';
import { createDataSource, migrate } from './data-source.js';
import { ProjectEntity } from './entities/project.entity.js';

const MIGRATIONS = 8;

let url: string;
let dataSource: DataSource;

beforeAll(async () => {
  url = await createDatabase();
  await Promise.all([migrate(url), migrate(url), migrate(url)]);
  dataSource = await createDataSource(url).initialize();
});
afterAll(() => dataSource?.destroy());

describe('the schema', () => {
  it('is migrated once by several processes at a time', async () => {
    expect(await dataSource.query('SELECT name FROM migrations')).toHaveLength(MIGRATIONS);
  });

  it('goes back to nothing', async () => {
    const other = await createDatabase();
    await migrate(other);
    const source = await createDataSource(other).initialize();
    try {
      for (let undone = 0; undone < MIGRATIONS; undone++) await source.undoLastMigration();
      const tables = await source.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
      expect(tables).toEqual([{ tablename: 'migrations' }]);
    } finally {
      await source.destroy();
    }
  });

  it('agrees with the entities', async () => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    const about = upQueries.map(({ query }) => query).filter((query) => /^(ALTER|CREATE) TABLE/.test(query));
    // What entities do not describe (references, checks, defaults) is the migrations' business.
    expect(about.filter((query) => !/DROP CONSTRAINT|DROP DEFAULT|ADD CONSTRAINT/.test(query))).toEqual([]);
  });
});

describe('a change of settings', () => {
  const version = async (): Promise<number> => {
    const [row] = (await dataSource.query('SELECT version FROM settings_version')) as [{ version: string }];
    return Number(row.version);
  };
  const project = (id: string) => ({ id, name: 'P', createdAt: new Date() });

  it('gives the settings a new version', async () => {
    const before = await version();
    await changeSettings(dataSource, (manager) =>
      manager.insert(ProjectEntity, project('00000000-0000-4000-8000-000000000001')),
    );
    expect(await version()).toBe(before + 1);
  });

  it('that fails leaves the version, and nothing of itself', async () => {
    const before = await version();
    const failing = changeSettings(dataSource, async (manager) => {
      await manager.insert(ProjectEntity, project('00000000-0000-4000-8000-000000000002'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await version()).toBe(before);
    expect(await dataSource.manager.existsBy(ProjectEntity, { name: 'P' })).toBe(true);
    expect(await dataSource.manager.countBy(ProjectEntity, { id: '00000000-0000-4000-8000-000000000002' })).toBe(0);
  });
});
