import { Client } from 'pg';
import type { Release } from './release.js';

/** Makes the release's tables in an empty database. @param withRows false: without what was under way. */
export async function restoreTables(url: string, { schema, rows }: Release, withRows = true): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(schema);
    if (!withRows) return;
    for (const [table, kept] of Object.entries(rows)) {
      // Migrations make a first row of some.
      await client.query(`DELETE FROM ${table}`);
      await client.query(
        `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)`,
        [JSON.stringify(kept)],
      );
    }
    // Rows bring their numbers, and their sequences do not know.
    await client.query(`SELECT setval(pg_get_serial_sequence('endpoints', 'ordinal'), max(ordinal)) FROM endpoints`);
    await client.query(`SELECT setval(pg_get_serial_sequence('parked_jobs', 'seq'), max(seq)) FROM parked_jobs`);
  } finally {
    await client.end();
  }
}
