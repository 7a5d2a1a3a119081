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

export function arraysOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): unknown[][] {
  return columns.map((column) => rows.map((row) => storable(column.value(row))));
}

/** Postgres stores no U+0000, and a receiver may well answer with one. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}
