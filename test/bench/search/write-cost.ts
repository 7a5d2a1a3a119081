import { Client } from 'pg';
import { median } from '../statistics.js';
import { BUSY, COMMON_TYPE, projectId } from './shape.js';

/** What a search needs, and what each delivery that is written pays for. */
const INDEXES = [
  'deliveries_by_type',
  'deliveries_by_endpoint_type',
  'deliveries_in_trouble_by_endpoint',
  'deliveries_in_trouble_by_type',
  'deliveries_in_trouble_by_code',
] as const;

const BATCHES = 40;
const BATCH = 500;
const ROUNDS = 3;

export interface WriteCost {
  readonly without: string;
  /** Microseconds of Postgres' time for each delivery, at the median of the rounds. */
  readonly perDelivery: number;
  /** Of the index, over all days; null: of none alone. */
  readonly size: string | null;
}

/** Writes deliveries of today as the recorder does, in batches, with all indexes and without; nothing of it stays. */
export async function writeCosts(url: string): Promise<WriteCost[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const variants = [[], ...INDEXES.map((name) => [name]), [...INDEXES]];
    const costs: WriteCost[] = [];
    for (const dropped of variants) {
      const rounds: number[] = [];
      for (let round = 0; round < ROUNDS; round++) rounds.push(await writeWithout(client, dropped));
      const size = dropped.length === 1 ? await sizeOf(client, dropped[0]!) : null;
      costs.push({
        without: dropped.length === 0 ? '(all are there)' : dropped.length === 1 ? dropped[0]! : '(all of these)',
        perDelivery: median(rounds),
        size,
      });
    }
    return costs;
  } finally {
    await client.end();
  }
}

async function writeWithout(client: Client, dropped: readonly string[]): Promise<number> {
  await client.query('BEGIN');
  try {
    for (const name of dropped) await client.query(`DROP INDEX ${name}`);
    const began = performance.now();
    for (let batch = 0; batch < BATCHES; batch++)
      await client.query(INSERT, [projectId(0), BUSY, batch * BATCH, BATCH]);
    return ((performance.now() - began) * 1000) / (BATCHES * BATCH);
  } finally {
    await client.query('ROLLBACK');
  }
}

/** One in two hundred is given up. */
const INSERT = `
  INSERT INTO deliveries (received_at, delivery_id, project_id, endpoint_id, endpoint_name, endpoint_type, call_id, event_id,
    event_type, status, status_at, attempts, reason, response_status, first_attempt_at, last_attempt_at, event)
  SELECT now() - interval '1 ms' * n, gen_random_uuid(), $1, $2, 'Endpoint', 'CUSTOM', 'written-' || n / 6, 'event-' || n,
    '${COMMON_TYPE}', CASE WHEN n % 200 = 0 THEN 'dead_lettered' ELSE 'delivered' END, now(), 1,
    CASE WHEN n % 200 = 0 THEN 'http_400: the endpoint answered 400' END, 200, now(), now(),
    json_build_object('eventId', n, 'data', repeat('x', 250))
  FROM generate_series($3::integer, $3::integer + $4::integer - 1) AS n
  ON CONFLICT (delivery_id, received_at) DO NOTHING`;

async function sizeOf(client: Client, index: string): Promise<string> {
  const { rows } = await client.query<{ size: string }>(
    `SELECT pg_size_pretty(sum(pg_relation_size(inhrelid))) AS size FROM pg_inherits WHERE inhparent = $1::regclass`,
    [index],
  );
  return rows[0]!.size;
}
