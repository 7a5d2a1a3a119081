import type { JobRef, LaneRow } from '#libs/ordering';
import type { Column } from '../history/batch-insert.js';
import type { Trouble } from './lane-store.js';

/** What `park` and `update` write of a lane beside its name. */
export interface LaneState {
  readonly laneId: string;
  readonly head: JobRef;
  readonly row: LaneRow;
  readonly trouble: Trouble;
}

export const KEY_COLUMNS: readonly Column<Pick<LaneState, 'laneId' | 'head'>>[] = [
  { name: 'id', type: 'uuid', value: (r) => r.laneId },
  { name: 'head_delivery_id', type: 'uuid', value: (r) => r.head.id },
  { name: 'head_offset', type: 'bigint', value: (r) => r.head.offset },
];

const ROW_COLUMNS: readonly Column<LaneState>[] = [
  { name: 'attempts', type: 'smallint', value: (r) => r.row.attempts },
  { name: 'rung', type: 'smallint', value: (r) => r.row.wakeUp?.rung },
  { name: 'due_at', type: 'time', value: (r) => r.row.wakeUp?.dueAt },
];

const TROUBLE_COLUMNS: readonly Column<LaneState>[] = [
  { name: 'first_attempt_at', type: 'time', value: (r) => r.trouble.firstAttemptAt },
  { name: 'last_reason', type: 'text', value: (r) => r.trouble.reason },
  { name: 'last_status', type: 'integer', value: (r) => r.trouble.status },
];

export const STATE_COLUMNS: readonly Column<LaneState>[] = [...ROW_COLUMNS, ...TROUBLE_COLUMNS];

/** What an `update` sets, of lane `l` from the batch `b`: a trouble without a reason leaves what is there. */
export const UPDATED_STATE = [
  ...ROW_COLUMNS.map(({ name }) => `${name} = b.${name}`),
  ...TROUBLE_COLUMNS.map(({ name }) => `${name} = CASE WHEN b.last_reason IS NULL THEN l.${name} ELSE b.${name} END`),
].join(', ');

/** What an `advance` leaves of its state: a head that nobody has attempted. */
export const FRESH_STATE = `attempts = 0, rung = NULL, due_at = NULL, first_attempt_at = NULL, last_reason = NULL,
  last_status = NULL, head_since = now()`;

/** A time as Unix milliseconds, exactly as it was written. */
export const unixMs = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

export function rowOf(attempts: number, rung: number | null, dueAt: number): LaneRow {
  return { attempts, wakeUp: rung === null ? null : { rung, dueAt } };
}
