/*
 * What the history looks like that is searched. Everything about a row follows from its number, so that it is the same
 * each time, and a request knows what there is.
 */

export const DAYS = 30;
export const PROJECTS = 20;
export const ENDPOINTS_OF_EACH = 12;
/** Six events, each for two endpoints. */
export const ROWS_OF_A_CALL = 12;

/** The first one has half of all calls. */
export function projectId(index: number): string {
  return `aaaaaaaa-0000-4000-8000-0000000000${index.toString(16).padStart(2, '0')}`;
}

export function endpointId(project: number, index: number): string {
  return `eeeeeeee-0000-4000-8000-00000000${project.toString(16).padStart(2, '0')}${index.toString(16).padStart(2, '0')}`;
}

/** Of project 0: has a third of it, has little, and has nothing but dead letters. */
export const BUSY = endpointId(0, 0);
export const QUIET = endpointId(0, ENDPOINTS_OF_EACH - 1);
export const FAILING = endpointId(0, 1);
/** Comes once in some thousand calls; comes in none. */
export const RARE_TYPE = 'OUTBOUND_CALL_UNREACHABLE';
export const ABSENT_TYPE = 'INBOUND_CALL_CONCURRENCY_LIMIT_EXCEEDED';
export const COMMON_TYPE = 'OUTBOUND_CALL_CALLING';

const STEPS = ['PENDING', 'REQUESTED', 'CALLING', 'CLOSING', 'COMPLETED', 'ERROR'].map(
  (step) => `OUTBOUND_CALL_${step}`,
);

/** An even number from 0 up to `below`, by the call's number and a salt. */
const dice = (number: string, salt: number, below: number): string =>
  `(((${number}) * 2654435761 + ${salt} * 40503) % 1000003 % ${below})`;

/** The next call from there on that is project 0's, as ROWS deals them. */
export function callOfBig(from: number): number {
  let call = from;
  while (((call * 2654435761 + 9 * 40503) % 1000003) % 2 !== 0) call++;
  return call;
}

/** SQL of the rows of some calls: `$1` and `$2` are the first call and the one after the last, `$3` how many rows there are, `$4` when the last one ended. */
export const ROWS = `
  SELECT n, call,
    to_timestamp($4::float8 / 1000) - interval '${DAYS} days' * (1 - (call * ${ROWS_OF_A_CALL})::float8 / $3::float8)
      + interval '1 second' * (n % ${ROWS_OF_A_CALL} / 2) + interval '1 microsecond' * (n % 1000) AS received_at,
    md5('delivery ' || n)::uuid AS delivery_id,
    project,
    ('aaaaaaaa-0000-4000-8000-0000000000' || lpad(to_hex(project), 2, '0'))::uuid AS project_id,
    endpoint,
    ('eeeeeeee-0000-4000-8000-00000000' || lpad(to_hex(project), 2, '0') || lpad(to_hex(endpoint), 2, '0'))::uuid
      AS endpoint_id,
    CASE WHEN n % ${ROWS_OF_A_CALL} / 2 = 4 AND ${dice('call', 3, 4000)} = 0 THEN '${RARE_TYPE}'
      ELSE (ARRAY[${STEPS.map((step) => `'${step}'`).join(', ')}])[1 + n % ${ROWS_OF_A_CALL} / 2] END AS event_type,
    -- One endpoint never answers; of the rest one in two hundred is given up, and a few are skipped or still open.
    CASE WHEN project = 0 AND endpoint = 1 THEN 'dead_lettered'
      WHEN ${dice('n', 5, 1000)} < 5 THEN 'dead_lettered'
      WHEN ${dice('n', 6, 100000)} < 20 THEN 'skipped'
      WHEN ${dice('n', 7, 100000)} < 2 THEN 'retrying'
      WHEN ${dice('n', 8, 100000)} < 4 THEN 'waiting'
      ELSE 'delivered' END AS status
  FROM (
    SELECT n, call, project,
      -- The first of its two endpoints is the busy one in two of three calls; the second any but the failing one, which has one call in a hundred.
      CASE WHEN n % 2 = 0 AND ${dice('call', 1, 3)} < 2 THEN 0
        WHEN ${dice('call', 2, 100)} = 0 THEN 1
        WHEN ${dice('call', 2, 2000)} = 1 THEN ${ENDPOINTS_OF_EACH - 1}
        ELSE 2 + (${dice('call', 4, ENDPOINTS_OF_EACH - 3)} + n % 2) % ${ENDPOINTS_OF_EACH - 3} END AS endpoint
    FROM (
      SELECT n, n / ${ROWS_OF_A_CALL} AS call,
        CASE WHEN ${dice(`n / ${ROWS_OF_A_CALL}`, 9, 2)} = 0 THEN 0
          ELSE 1 + ${dice(`n / ${ROWS_OF_A_CALL}`, 10, PROJECTS - 1)} END::integer AS project
      FROM generate_series($1::bigint * ${ROWS_OF_A_CALL}, $2::bigint * ${ROWS_OF_A_CALL} - 1) AS n
    ) AS calls
  ) AS numbered`;
