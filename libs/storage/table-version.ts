import { MIGRATIONS } from './migrations/all.js';

/** The database lacks tables or columns that this version reads and writes. */
export class TablesTooOldError extends Error {
  override readonly name = 'TablesTooOldError';

  constructor(missing: readonly string[]) {
    super(
      `the database's tables are older than this version: ${missing.join(', ')} did not run there. ` +
        'Run the migrations of this version (npm run migrate, with this DATABASE_URL); no restart is needed then',
    );
  }
}

/** As TypeORM keeps them of those that ran. */
const NAMES = MIGRATIONS.map((Migration) => new Migration().name);

/** @returns the rows of a query. */
type Ask = (sql: string) => Promise<readonly unknown[]>;

/**
 * A version runs on tables that have its migrations, and on newer ones: what came after only adds (docs/adr/0010).
 * @throws TablesTooOldError, and what `ask` throws.
 */
export async function checkTables(ask: Ask): Promise<void> {
  const [row] = (await ask(`SELECT to_regclass('migrations') IS NOT NULL AS made`)) as [{ made: boolean }];
  const rows = row.made ? ((await ask('SELECT name FROM migrations')) as { name: string }[]) : [];
  const done = new Set(rows.map(({ name }) => name));
  const missing = NAMES.filter((name) => !done.has(name));
  if (missing.length > 0) throw new TablesTooOldError(missing);
}
