/** A column of a batch: its values travel as one array. */
export interface Column<Row> {
  readonly name: string;
  /** `time`: Unix milliseconds, stored as timestamptz. */
  readonly type: 'uuid' | 'text' | 'smallint' | 'integer' | 'bigint' | 'json' | 'time';
  value(row: Row): unknown;
}

/** `INSERT INTO table … SELECT … FROM unnest($1, …)`: one statement for any number of rows; add the conflict clause. */
export function batchInsert<Row>(table: string, columns: readonly Column<Row>[]): string {
  const names = columns.map(({ name }) => name).join(', ');
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${type === 'time' ? 'float8' : type}[]`).join(', ');
  const values = columns.map(({ name, type }) => (type === 'time' ? `to_timestamp(${name} / 1000)` : name)).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT ${values} FROM unnest(${arrays}) AS r (${names})`;
}

export function arraysOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): unknown[][] {
  return columns.map((column) => rows.map((row) => storable(column.value(row))));
}

/** Postgres stores no U+0000, and a receiver may well answer with one. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}
