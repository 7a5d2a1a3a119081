import type { ClientBase } from 'pg';
import { arraysOf, batchTable, namesOf, type Column } from '../history/batch-insert.js';
import { FRESH_STATE, KEY_COLUMNS, STATE_COLUMNS, UPDATED_STATE, type LaneState } from './lane-row.js';
import { LaneMismatchError, type FencedWrite, type ParkedJob } from './lane-store.js';
import { JOB_COLUMNS, PARKED_JOB, parkedJobOf, type JobOfLane, type ParkedJobRow } from './parked-job-row.js';

/* One statement for all writes of a type. The fence keeps everybody else from the lanes that they touch. */

export type WriteOf<Type extends FencedWrite['type']> = Extract<FencedWrite, { type: Type }>;

/**
 * The order of the rows is the order of `seq`: identity values are drawn after the sort. Answers with the lanes that jobs
 * were added to and that have no row.
 */
const INSERT_JOBS = `
  WITH put AS (
    INSERT INTO parked_jobs (${namesOf(JOB_COLUMNS)})
    SELECT ${namesOf(JOB_COLUMNS)} FROM ${batchTable(JOB_COLUMNS)} AS b ORDER BY place
    ON CONFLICT (lane_id, delivery_id, main_offset) DO NOTHING
  )
  SELECT added.lane_id FROM unnest($${JOB_COLUMNS.length + 1}::uuid[]) AS added (lane_id)
  WHERE NOT EXISTS (SELECT FROM lanes l WHERE l.id = added.lane_id)`;

/** The jobs of lanes that are parked, and of those that are already. @throws LaneMismatchError */
export async function insertJobs(
  client: ClientBase,
  parks: readonly WriteOf<'park'>[],
  adds: readonly WriteOf<'add'>[],
): Promise<void> {
  const parked = new Set(parks.map(({ lane }) => lane.laneId));
  const jobs: JobOfLane[] = [
    ...parks.flatMap((write) => write.jobs.map((job) => ({ laneId: write.lane.laneId, job }))),
    ...adds.map(({ lane, job }) => ({ laneId: lane.laneId, job })),
  ];
  if (jobs.length === 0) return;
  const added = new Set(adds.map(({ lane }) => lane.laneId).filter((laneId) => !parked.has(laneId)));
  const { rows } = await client.query<[string]>({
    name: 'lanes-insert-jobs',
    text: INSERT_JOBS,
    values: [...arraysOf(JOB_COLUMNS, jobs), [...added]],
    rowMode: 'array',
  });
  const [orphaned] = rows;
  if (orphaned === undefined) return;
  const write = adds.find(({ lane }) => lane.laneId === orphaned[0])!;
  throw new LaneMismatchError(write, `job ${nameOf(write.job)} is to be added, but the lane is not parked`);
}

type Park = LaneState & { readonly kind: string; readonly write: WriteOf<'park'> };

const PARK_COLUMNS: readonly Column<Park>[] = [
  ...KEY_COLUMNS,
  { name: 'kind', type: 'text', value: (r) => r.kind },
  { name: 'partition', type: 'integer', value: (r) => r.write.partition },
  { name: 'endpoint_id', type: 'uuid', value: (r) => r.write.lane.endpointId },
  { name: 'call_id', type: 'text', value: (r) => r.write.lane.callId },
  { name: 'project_id', type: 'uuid', value: (r) => r.write.jobs[0]!.job.event.projectId },
  ...STATE_COLUMNS,
];

const PARK = `
  INSERT INTO lanes AS l (${namesOf(PARK_COLUMNS)}, head_seq)
  SELECT ${PARK_COLUMNS.map(({ name }) => `b.${name}`).join(', ')}, j.seq FROM ${batchTable(PARK_COLUMNS)} AS b
  JOIN parked_jobs j ON j.lane_id = b.id AND j.delivery_id = b.head_delivery_id AND j.main_offset = b.head_offset
  ON CONFLICT (id) DO UPDATE SET ${STATE_COLUMNS.map(({ name }) => `${name} = EXCLUDED.${name}`).join(', ')}
  WHERE l.head_seq = EXCLUDED.head_seq
  RETURNING l.id`;

/** The rows of lanes whose jobs are there. @throws LaneMismatchError */
export async function parkLanes(client: ClientBase, kind: string, writes: readonly WriteOf<'park'>[]): Promise<void> {
  if (writes.length === 0) return;
  const parks = writes.map((write): Park => {
    const [head] = write.jobs;
    if (head === undefined) throw new LaneMismatchError(write, 'it is to be parked without a job');
    return { kind, laneId: write.lane.laneId, head, row: write.row, trouble: write.trouble, write };
  });
  const { rows } = await client.query<[string]>({
    name: 'lanes-park',
    text: PARK,
    values: arraysOf(PARK_COLUMNS, parks),
    rowMode: 'array',
  });
  const missed = missing(writes, rows);
  if (missed === undefined) return;
  throw new LaneMismatchError(missed, `it is to be parked behind ${nameOf(missed.jobs[0]!)}, but has another head`);
}

const UPDATE_COLUMNS: readonly Column<LaneState>[] = [...KEY_COLUMNS, ...STATE_COLUMNS];

const UPDATE = `
  UPDATE lanes AS l SET ${UPDATED_STATE}
  FROM ${batchTable(UPDATE_COLUMNS)} AS b
  WHERE l.id = b.id AND l.head_delivery_id = b.head_delivery_id AND l.head_offset = b.head_offset
  RETURNING l.id`;

/** @throws LaneMismatchError */
export async function updateLanes(client: ClientBase, writes: readonly WriteOf<'update'>[]): Promise<void> {
  if (writes.length === 0) return;
  const { rows } = await client.query<[string]>({
    name: 'lanes-update',
    text: UPDATE,
    values: arraysOf(
      UPDATE_COLUMNS,
      writes.map((write) => ({ ...write, laneId: write.lane.laneId })),
    ),
    rowMode: 'array',
  });
  const missed = missing(writes, rows);
  if (missed === undefined) return;
  throw new LaneMismatchError(missed, `its head ${nameOf(missed.head)} is to be updated, but is not its head`);
}

/**
 * All parts see the lanes as they were before it. `after` is the job behind the head; its look-up begins at the head's
 * place, so what a long lane has left behind it costs nothing. When the head is another one than the resolved job, the
 * advance was made already, and the answer is that head, unless the job still waits: then it is no repeat (`queued`).
 */
const ADVANCE = `
  WITH found AS MATERIALIZED (
    SELECT l.id, l.head_seq, after.seq AS next_seq, after.delivery_id, after.main_offset,
      l.head_delivery_id = b.head_delivery_id AND l.head_offset = b.head_offset AS resolves,
      EXISTS (SELECT FROM parked_jobs q WHERE q.lane_id = l.id AND q.delivery_id = b.head_delivery_id
        AND q.main_offset = b.head_offset) AS queued
    FROM ${batchTable(KEY_COLUMNS)} AS b JOIN lanes l ON l.id = b.id
    LEFT JOIN LATERAL (
      SELECT j.seq, j.delivery_id, j.main_offset FROM parked_jobs j
      WHERE j.lane_id = l.id AND j.seq > l.head_seq ORDER BY j.seq LIMIT 1
    ) AS after ON true
  ), resolved AS (
    DELETE FROM parked_jobs j USING found f WHERE f.resolves AND j.lane_id = f.id AND j.seq = f.head_seq
  ), emptied AS (
    DELETE FROM lanes l USING found f WHERE f.resolves AND f.next_seq IS NULL AND l.id = f.id
  ), moved AS (
    UPDATE lanes l SET head_delivery_id = f.delivery_id, head_offset = f.main_offset, head_seq = f.next_seq, ${FRESH_STATE}
    FROM found f WHERE f.resolves AND f.next_seq IS NOT NULL AND l.id = f.id
  )
  SELECT f.id, f.queued AND NOT f.resolves, ${PARKED_JOB} FROM found f
  JOIN parked_jobs j ON j.lane_id = f.id AND j.seq = CASE WHEN f.resolves THEN f.next_seq ELSE f.head_seq END`;

/** @returns the lanes' new heads by lane id; none for a lane whose row is gone. @throws LaneMismatchError */
export async function advanceLanes(
  client: ClientBase,
  writes: readonly WriteOf<'advance'>[],
): Promise<ReadonlyMap<string, ParkedJob>> {
  if (writes.length === 0) return new Map();
  const { rows } = await client.query<[laneId: string, queued: boolean, ...ParkedJobRow]>({
    name: 'lanes-advance',
    text: ADVANCE,
    values: arraysOf(
      KEY_COLUMNS,
      writes.map(({ lane, resolved }) => ({ laneId: lane.laneId, head: resolved })),
    ),
    rowMode: 'array',
  });
  const heads = new Map<string, ParkedJob>();
  for (const [laneId, queued, ...row] of rows) {
    if (queued) {
      const write = writes.find(({ lane }) => lane.laneId === laneId)!;
      throw new LaneMismatchError(write, `${nameOf(write.resolved)} is resolved, but waits behind the head ${row[0]}`);
    }
    heads.set(laneId, parkedJobOf(row));
  }
  return heads;
}

function missing<Write extends FencedWrite>(
  writes: readonly Write[],
  rows: readonly (readonly [string])[],
): Write | undefined {
  if (rows.length === writes.length) return undefined;
  const hit = new Set(rows.map(([id]) => id));
  return writes.find(({ lane }) => !hit.has(lane.laneId));
}

function nameOf({ id, offset }: { readonly id: string; readonly offset: number }): string {
  return `${id} at offset ${offset}`;
}
