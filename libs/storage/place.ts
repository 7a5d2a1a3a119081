/** An instant in microseconds, as Postgres keeps it: a JavaScript Date would lose the last three digits. */
export const placeOf = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
