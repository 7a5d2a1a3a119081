import type { Kind } from '#libs/contracts';
import type { JobRef } from '#libs/ordering';
import type { ClientBase, Pool } from 'pg';
import { inTransaction } from '../pool.js';
import { rowOf, unixMs } from './lane-row.js';
import {
  LaneFencedError,
  type FencedWrite,
  type LaneStore,
  type ParkedHead,
  type ParkedJob,
  type ParkedLane,
  type TakenPartition,
} from './lane-store.js';
import { PARKED_JOB, parkedJobOf, type ParkedJobRow } from './parked-job-row.js';
import { advanceLanes, insertJobs, parkLanes, updateLanes, type WriteOf } from './write-lanes.js';

/** Parked lanes of one kind, in Postgres. */
export class PgLaneStore implements LaneStore {
  /** @param pool made by `createLanePool`. */
  constructor(
    private readonly pool: Pool,
    private readonly kind: Kind,
  ) {}

  async takeOver(partitions: readonly number[]): Promise<ReadonlyMap<number, TakenPartition>> {
    if (partitions.length === 0) return new Map();
    const wanted = [...new Set(partitions)];
    const { epochs, lanes } = await inTransaction(this.pool, async (client) => ({
      epochs: await client.query<[number, number]>({
        text: RAISE_EPOCHS,
        values: [this.kind, wanted],
        rowMode: 'array',
      }),
      // A statement of its own: it sees what the transactions that the first one waited for have written.
      lanes: await client.query<LaneKeyRow & unknown[]>({
        text: SELECT_LANES,
        values: [this.kind, wanted],
        rowMode: 'array',
      }),
    }));
    const taken = new Map(epochs.rows.map(([partition, epoch]) => [partition, { epoch, lanes: [] as ParkedLane[] }]));
    for (const [partition, endpointId, callId, id, offset, attempts, rung, dueAt] of lanes.rows) {
      const lane = { endpointId, callId, head: { id, offset }, row: rowOf(attempts, rung, dueAt) };
      taken.get(partition)!.lanes.push(lane);
    }
    return taken;
  }

  async write(writes: readonly FencedWrite[]): Promise<readonly (ParkedJob | null)[]> {
    if (writes.length === 0) return [];
    const parks = ofType(writes, 'park');
    const heads = await inTransaction(this.pool, async (client) => {
      await this.fence(client, writes);
      await insertJobs(client, parks, ofType(writes, 'add'));
      await parkLanes(client, this.kind, parks);
      await updateLanes(client, ofType(writes, 'update'));
      return advanceLanes(client, ofType(writes, 'advance'));
    });
    return writes.map(({ type, lane }) => (type === 'advance' ? (heads.get(lane.laneId) ?? null) : null));
  }

  async load(
    heads: readonly { readonly laneId: string; readonly head: JobRef }[],
  ): Promise<readonly (ParkedHead | null)[]> {
    if (heads.length === 0) return [];
    const { rows } = await this.pool.query<[place: number, firstAttemptAt: number | null, ...ParkedJobRow]>({
      name: 'lanes-load',
      text: LOAD,
      values: [
        heads.map(({ laneId }) => laneId),
        heads.map(({ head }) => head.id),
        heads.map(({ head }) => head.offset),
      ],
      rowMode: 'array',
    });
    const found: (ParkedHead | null)[] = heads.map(() => null);
    for (const [place, firstAttemptAt, ...row] of rows) found[place - 1] = { job: parkedJobOf(row), firstAttemptAt };
    return found;
  }

  /** Holds until the transaction ends: the partition's next owner, or a repeat of these writes, waits for it. */
  private async fence(client: ClientBase, writes: readonly FencedWrite[]): Promise<void> {
    const { rows } = await client.query<[number, number]>({
      name: 'lanes-fence',
      text: LOCK_EPOCHS,
      values: [this.kind, [...new Set(writes.map(({ partition }) => partition))]],
      rowMode: 'array',
    });
    const present = new Map(rows);
    for (const { partition, epoch } of writes) {
      const now = present.get(partition);
      if (now !== epoch) throw new LaneFencedError(fencedMessage(this.kind, partition, epoch, now));
    }
  }
}

/** In order, so that two owners that take the same partitions over wait for each other one way round. */
const RAISE_EPOCHS = `
  INSERT INTO lane_epochs AS e (kind, partition, epoch) SELECT $1, p, 1 FROM unnest($2::integer[]) AS p ORDER BY p
  ON CONFLICT (kind, partition) DO UPDATE SET epoch = e.epoch + 1
  RETURNING partition, epoch::float8`;

const SELECT_LANES = `
  SELECT partition, endpoint_id, call_id, head_delivery_id, head_offset::float8, attempts, rung, ${unixMs('due_at')}
  FROM lanes WHERE kind = $1 AND partition = ANY ($2::integer[])`;

type LaneKeyRow = readonly [number, string, string, string, number, number, number | null, number];

/**
 * Exclusive among writes, too: of two batches for one partition the second sees all that the first one did, also when
 * the first one's connection was given up while Postgres still worked on it.
 */
const LOCK_EPOCHS = `
  SELECT partition, epoch::float8 FROM lane_epochs
  WHERE kind = $1 AND partition = ANY ($2::integer[]) ORDER BY partition FOR NO KEY UPDATE`;

const LOAD = `
  SELECT w.place::integer, ${unixMs('l.first_attempt_at')}, ${PARKED_JOB}
  FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) WITH ORDINALITY AS w (lane_id, delivery_id, main_offset, place)
  JOIN lanes l ON l.id = w.lane_id AND l.head_delivery_id = w.delivery_id AND l.head_offset = w.main_offset
  JOIN parked_jobs j ON j.lane_id = l.id AND j.seq = l.head_seq`;

function ofType<Type extends FencedWrite['type']>(writes: readonly FencedWrite[], type: Type): WriteOf<Type>[] {
  return writes.filter((write): write is WriteOf<Type> => write.type === type);
}

function fencedMessage(kind: string, partition: number, epoch: number, now: number | undefined): string {
  return (
    `partition ${partition} of deliveries.${kind} has epoch ${now ?? 'none'}, these writes are of epoch ${epoch}: ` +
    'another process took it over, and goes on with its lanes'
  );
}
