import { Client } from 'pg';
import { projectWith, type Registered } from './flows/registered.js';
import type { Stage } from './stage.js';

export const MANY = 100_000;

export interface Many extends Registered {
  readonly callId: string;
  readonly deliveryId: string;
}

/** By stage: it is made once, and only looked at. */
const made = new WeakMap<Stage, Promise<Many>>();

/** A project with a long history: it is written as the recorder leaves it, which would need minutes to come by it. */
export function many(stage: Stage): Promise<Many> {
  const known = made.get(stage) ?? make(stage);
  made.set(stage, known);
  return known;
}

async function make(stage: Stage): Promise<Many> {
  const registered = await projectWith(stage, 'A long history', stage.answering('many', 200));
  const client = new Client({ connectionString: stage.system.databaseUrl });
  await client.connect();
  try {
    await client.query(ROWS, [registered.projectId, registered.endpointId, MANY]);
    await client.query('ANALYZE deliveries, attempts');
    const { rows } = await client.query<{ id: string }>(
      `SELECT delivery_id AS id FROM deliveries WHERE call_id = 'long-call-1' AND project_id = $1 LIMIT 1`,
      [registered.projectId],
    );
    return { ...registered, callId: 'long-call-1', deliveryId: rows[0]!.id };
  } finally {
    await client.end();
  }
}

/** Six events a call, one in fifty given up, all of the last minutes. */
const ROWS = `
  WITH made AS (
    SELECT n, now() - interval '1 ms' * (n + 1000) AS at, gen_random_uuid() AS id,
      (ARRAY['CALLING', 'CLOSING', 'COMPLETED', 'PENDING', 'REQUESTED', 'ERROR'])[1 + n % 6] AS step
    FROM generate_series(1, $3::integer) AS n
  ), attempted AS (
    INSERT INTO attempts (received_at, delivery_id, attempt, started_at, duration_ms, verdict, target, auth_type, response_status)
    SELECT at, id, 1, at + interval '5 ms', 10 + n % 50, CASE WHEN n % 50 = 0 THEN 'refused' ELSE 'delivered' END,
      'https://customer.example.com/hook', 'NONE', CASE WHEN n % 50 = 0 THEN 400 ELSE 200 END
    FROM made
  )
  INSERT INTO deliveries (received_at, delivery_id, project_id, endpoint_id, endpoint_name, endpoint_type, call_id, event_id,
    event_type, status, status_at, attempts, reason, response_status, first_attempt_at, last_attempt_at, source_offset)
  SELECT at, id, $1, $2, 'CRM', 'CUSTOM', 'long-call-' || n / 6, 'long-event-' || n, 'OUTBOUND_CALL_' || step,
    CASE WHEN n % 50 = 0 THEN 'dead_lettered' ELSE 'delivered' END, at + interval '15 ms', 1,
    CASE WHEN n % 50 = 0 THEN 'http_400: the endpoint answered 400' END, CASE WHEN n % 50 = 0 THEN 400 ELSE 200 END,
    at + interval '5 ms', at + interval '5 ms', n
  FROM made`;
