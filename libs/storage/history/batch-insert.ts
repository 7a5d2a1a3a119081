/** A column of a batch: its values travel as one array. */
export interface Column<Row> {
  readonly name: string;
  /** `time`: Unix milliseconds, stored as timestamptz. */
  readonly type: 'uuid' | 'text' | 'smallint' | 'integer' | 'bigint' | 'json' | 'time';
  value(row: Row): unknown;
}

/** `INSERT INTO table … SELECT … FROM unnest($1, …)`: one statement for any number of rows; add the conflict clause. */
export function batchInsert<Row>(table: string, columns: readonly Column<Row>[]): string {
  const names = namesOf(columns);
  return `INSERT INTO ${table} (${names}) SELECT ${valuesOf(columns)} FROM unnest(${arrayParameters(columns)}) AS r (${names})`;
}

/** A batch as a table, for FROM: its columns, and `place`, which counts its rows in their order from 1. */
export function batchTable<Row>(columns: readonly Column<Row>[]): string {
  const rows = `unnest(${arrayParameters(columns)}) WITH ORDINALITY AS r (${namesOf(columns)}, place)`;
  return `(SELECT ${columns.map((column) => `${valueOf(column)} AS ${column.name}`).join(', ')}, place FROM ${rows})`;
}

export function namesOf<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ name }) => name).join(', ');
}

function valuesOf<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(valueOf).join(', ');
}

function valueOf<Row>({ name, type }: Column<Row>): string {
  return type === 'time' ? `to_timestamp(${name} / 1000)` : name;
}

function arrayParameters<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ type }, index) => `$${index + 1}::${type === 'time' ? 'float8' : type}[]`).join(', ');
}

/** Parameters of a batch: each column an array as Postgres reads it. pg would write the same, in more than twice the time. */
export function arraysOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  return columns.map((column) => `{${rows.map((row) => element(column.value(row))).join(',')}}`);
}

/** Also of what no column is for: Postgres shall refuse it. */
function element(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number') return `${value}`;
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  return quoted(typeof value === 'string' ? value : JSON.stringify(value));
}

/** JSON escapes quotes and backslashes as an array does, and quickly, but control characters and halves of pairs too. */
function quoted(text: string): string {
  if (!CONTROL.test(text) && text.isWellFormed()) return JSON.stringify(text);
  // Postgres stores no U+0000, and a receiver may well answer with one.
  return `"${text.replaceAll('\0', '\uFFFD').replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

// eslint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL = /[\0-\x1F]/;
