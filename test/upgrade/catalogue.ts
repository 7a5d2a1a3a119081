import type { Client } from 'pg';

interface Column {
  readonly type: string;
  readonly nullable: boolean;
  /** Its default's expression, `identity` or `generated`; null: an insert has to name it, or gets NULL. */
  readonly fallback: string | null;
}

/** What a database's tables are, as Postgres says, whatever made them. */
export interface Catalogue {
  /** `table.column`. */
  readonly columns: ReadonlyMap<string, Column>;
  /** Checks, references, keys and unique indexes, as `table: definition`: what may refuse a write. */
  readonly rules: ReadonlySet<string>;
  /** The other indexes. */
  readonly indexes: ReadonlySet<string>;
}

export async function catalogueOf(client: Client): Promise<Catalogue> {
  const columns = await client.query<{ name: string } & Column>(COLUMNS);
  const rules = await client.query<{ rule: string }>(RULES);
  const indexes = await client.query<{ index: string }>(INDEXES);
  return {
    columns: new Map(columns.rows.map(({ name, ...column }) => [name, column])),
    rules: new Set(rules.rows.map(({ rule }) => rule)),
    indexes: new Set(indexes.rows.map(({ index }) => index)),
  };
}

/**
 * What of a change the version before it cannot live with: it reads the columns that it knows, and writes rows that name no
 * other ones. In sentences; none when the change only expands.
 */
export function contractions(before: Catalogue, after: Catalogue): string[] {
  const faults: string[] = [];
  const tables = new Set([...before.columns.keys()].map(tableOf));
  for (const [name, was] of before.columns) {
    const is = after.columns.get(name);
    if (is === undefined) faults.push(`${name} is gone`);
    else if (is.type !== was.type) faults.push(`${name} was ${was.type} and is ${is.type}`);
    else if (was.nullable && !is.nullable) faults.push(`${name} must not be NULL any more`);
    else if (was.fallback !== null && is.fallback === null) faults.push(`${name} has lost its default`);
  }
  for (const [name, { nullable, fallback }] of after.columns) {
    const isNew = !before.columns.has(name) && tables.has(tableOf(name));
    if (isNew && !nullable && fallback === null) faults.push(`${name} is new, not NULL and without a default`);
  }
  for (const rule of after.rules) {
    if (!before.rules.has(rule) && tables.has(rule.slice(0, rule.indexOf(':')))) faults.push(`new on ${rule}`);
  }
  // Who writes ON CONFLICT relies on a key.
  for (const rule of before.rules) if (!after.rules.has(rule)) faults.push(`gone from ${rule}`);
  return faults;
}

function tableOf(column: string): string {
  return column.slice(0, column.indexOf('.'));
}

const COLUMNS = `
  SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
      CASE WHEN a.attidentity <> '' THEN 'identity' WHEN a.attgenerated <> '' THEN 'generated'
        ELSE pg_get_expr(d.adbin, d.adrelid) END AS fallback
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'migrations' ORDER BY 1`;

const RULES = `
  SELECT c.conrelid::regclass || ': ' || pg_get_constraintdef(c.oid) AS rule FROM pg_constraint c
    WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('c', 'f', 'p', 'u', 'x')
      AND c.conrelid <> 'migrations'::regclass
  UNION SELECT i.indrelid::regclass || ': ' || pg_get_indexdef(i.indexrelid) FROM pg_index i
      JOIN pg_class c ON c.oid = i.indrelid
    WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'migrations'
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)`;

const INDEXES = `
  SELECT pg_get_indexdef(i.indexrelid) AS index FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE NOT i.indisunique AND c.relnamespace = 'public'::regnamespace`;
