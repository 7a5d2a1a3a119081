import { describe, expect, it } from '@jest/globals';
import { createDatabase } from '#libs/testkit';
import { Client } from 'pg';
import { migrate } from './data-source.js';
import { SettingsConnection } from './settings-connection.js';
import { checkTables, TablesTooOldError } from './table-version.js';

/** Oracle: what the check says of real databases. */

async function ask(url: string, ...before: readonly string[]): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const sql of before) await client.query(sql);
    return await checkTables(async (sql) => (await client.query<object>(sql)).rows).then(
      () => 'good',
      (error: Error) => `${error.name}: ${error.message}`,
    );
  } finally {
    await client.end();
  }
}

describe('the tables', () => {
  it('are good when all migrations of this version ran, and when more did: an old version runs on new tables', async () => {
    const url = await createDatabase();
    await migrate(url);
    expect(await ask(url)).toBe('good');
    const newer = `INSERT INTO migrations ("timestamp", name) VALUES (9, 'Newer9')`;
    expect(await ask(url, newer)).toBe('good');
  });

  it('that lack a migration are told, with what is missing and what to run', async () => {
    const url = await createDatabase();
    await migrate(url);
    const told = await ask(url, `DELETE FROM migrations WHERE name = 'Access1764300000000'`);
    expect(told).toMatch(/^TablesTooOldError: .*older than this version: Access1764300000000 did not.*npm run migrate/);
  });

  it('that were never made are told as well', async () => {
    expect(await ask(await createDatabase())).toMatch(/Initial1764000000000, Lanes1764100000000, .* did not run there/);
  });

  it('that are too old give a service no settings: it routes and delivers nothing, and says why', async () => {
    const options = { url: await createDatabase(), applicationName: 'spec', onChange: () => {}, onLost: () => {} };
    await expect(SettingsConnection.open(options)).rejects.toThrow(TablesTooOldError);
    await migrate(options.url);
    const connection = await SettingsConnection.open(options);
    expect((await connection.load()).endpoints).toEqual([]);
    await connection.close();
  });
});
