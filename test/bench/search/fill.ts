import { Client } from 'pg';
import { DAY_MS } from '#libs/storage';
import { DAYS, ENDPOINTS_OF_EACH, PROJECTS, ROWS, ROWS_OF_A_CALL } from './shape.js';

export interface Fill {
  readonly rows: number;
  /** Unix milliseconds: of the newest row. */
  readonly until: number;
  readonly say: (text: string) => void;
}

/** Days that are filled at the same time. */
const AT_ONCE = 2;

/** Fills the tables of a migrated, empty database: each day apart and without indexes, then attached as the recorder does. */
export async function fill(url: string, { rows, until, say }: Fill): Promise<void> {
  const calls = Math.ceil(rows / ROWS_OF_A_CALL);
  const last = Math.floor(until / DAY_MS);
  const days = Array.from({ length: DAYS + 1 }, (_, back) => last - back);
  const queue = [...days];
  let done = 0;
  await withClient(url, (client) => settings(client));
  await Promise.all(
    Array.from({ length: AT_ONCE }, () =>
      withClient(url, async (client) => {
        for (let day = queue.shift(); day !== undefined; day = queue.shift()) {
          await fillDay(client, day, { rows: calls * ROWS_OF_A_CALL, calls, until });
          say(`${isoDay(day)} is filled (${++done} of ${days.length})`);
        }
      }),
    ),
  );
  await withClient(url, async (client) => {
    await besides(client, rows);
    await client.query('VACUUM (ANALYZE)');
  });
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`SET maintenance_work_mem = '512MB'; SET work_mem = '64MB'; SET synchronous_commit = off`);
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What requests need besides the history. */
async function settings(client: Client): Promise<void> {
  await client.query(
    `INSERT INTO projects (id, name)
     SELECT ('aaaaaaaa-0000-4000-8000-0000000000' || lpad(to_hex(p), 2, '0'))::uuid, 'Project ' || p
     FROM generate_series(0, ${PROJECTS - 1}) AS p`,
  );
  await client.query(
    `INSERT INTO endpoints (id, project_id, name, endpoint_type, target, auth_type)
     SELECT ('eeeeeeee-0000-4000-8000-00000000' || lpad(to_hex(p), 2, '0') || lpad(to_hex(e), 2, '0'))::uuid,
       ('aaaaaaaa-0000-4000-8000-0000000000' || lpad(to_hex(p), 2, '0'))::uuid, 'Endpoint ' || e, 'CUSTOM',
       'https://customer.example.com/hook', 'NONE'
     FROM generate_series(0, ${PROJECTS - 1}) AS p, generate_series(0, ${ENDPOINTS_OF_EACH - 1}) AS e`,
  );
}

interface All {
  readonly rows: number;
  readonly calls: number;
  readonly until: number;
}

async function fillDay(client: Client, day: number, { rows, calls, until }: All): Promise<void> {
  const begin = until - DAYS * DAY_MS;
  /** The first call that is received at that time or later, and a little before. */
  const callAt = (time: number): number =>
    Math.min(calls, Math.max(0, Math.floor(((time - begin) / (DAYS * DAY_MS)) * calls)));
  // A call's last events may be the next day's: its first rows are looked through too.
  const [first, end] = [Math.max(0, callAt(day * DAY_MS) - 1000), callAt((day + 1) * DAY_MS) + 1];
  const [from, to] = [`${isoDay(day)}T00:00:00Z`, `${isoDay(day + 1)}T00:00:00Z`];
  const suffix = isoDay(day).replaceAll('-', '');
  const tables = { deliveries: `deliveries_${suffix}`, attempts: `attempts_${suffix}` };
  await client.query(`CREATE TABLE ${tables.attempts} (LIKE attempts INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  await client.query(`CREATE TABLE ${tables.deliveries} (LIKE deliveries INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  await client.query(
    `WITH rows AS (SELECT * FROM (${ROWS}) AS r WHERE received_at >= $5::timestamptz AND received_at < $6::timestamptz),
     attempted AS (
       INSERT INTO ${tables.attempts} (received_at, delivery_id, attempt, started_at, duration_ms, verdict, reason, target,
         auth_type, response_status, response_body, traceparent)
       SELECT received_at, delivery_id, 1, received_at + interval '20 ms', 20 + n % 300,
         CASE status WHEN 'delivered' THEN 'delivered' WHEN 'dead_lettered' THEN 'refused' ELSE 'retry' END,
         CASE WHEN status <> 'delivered' THEN 'http_' || 400 + n % 30 || ': the endpoint answered' END,
         'https://customer.example.com/hook', 'NONE', CASE WHEN status = 'delivered' THEN 200 ELSE 400 + n % 30 END,
         '{"ok":true}', '00-' || md5('trace ' || n) || '-' || left(md5('span ' || n), 16) || '-01'
       FROM rows WHERE status <> 'skipped'
     )
     INSERT INTO ${tables.deliveries} (received_at, delivery_id, project_id, endpoint_id, endpoint_name, endpoint_type,
       call_id, event_id, event_type, status, status_at, attempts, reason, response_status, first_attempt_at,
       last_attempt_at, kafka_partition, source_epoch, source_offset, source_ordinal, event)
     SELECT received_at, delivery_id, project_id, endpoint_id, 'Endpoint ' || endpoint, 'CUSTOM', 'call-' || call,
       md5('event ' || n / 2), event_type, status, received_at + interval '60 ms', 1,
       CASE WHEN status <> 'delivered' THEN 'http_' || 400 + n % 30 || ': the endpoint answered' END,
       CASE WHEN status = 'delivered' THEN 200 ELSE 400 + n % 30 END, received_at + interval '20 ms',
       received_at + interval '20 ms', (call % 12)::integer, 'f47ac10b-58cc-4372-a567-0e02b2c3d479', n, endpoint,
       json_build_object('eventId', md5('event ' || n / 2), 'projectId', project_id, 'eventType', event_type,
         'occurredAt', received_at, 'data', json_build_object('callId', 'call-' || call, 'callStatus', 'CALLING',
         'callSid', 'CA' || n, 'clientId', 'client-' || call % 1000), 'errors', '[]'::json)
     FROM rows`,
    [first, end, rows, until, from, to],
  );
  for (const table of ['attempts', 'deliveries'] as const) await attach(client, table, tables[table], from, to);
}

/** Its indexes are made then. */
async function attach(client: Client, table: string, name: string, from: string, to: string): Promise<void> {
  await client.query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
}

function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Lanes that wait, changes in the audit log, redrives: a thousandth, a fiftieth, and two hundred. */
async function besides(client: Client, rows: number): Promise<void> {
  const lanes = Math.ceil(rows / 1000);
  await client.query(
    `WITH made AS (
       INSERT INTO parked_jobs (lane_id, delivery_id, main_offset, job, event_id, event_type)
       SELECT md5('lane ' || n / 3)::uuid, md5('parked ' || n)::uuid, n, '{}', 'event-' || n, 'OUTBOUND_CALL_CALLING'
       FROM generate_series(0, ${lanes} * 3 - 1) AS n RETURNING lane_id, seq, delivery_id, main_offset
     )
     INSERT INTO lanes (id, kind, partition, endpoint_id, call_id, project_id, head_delivery_id, head_offset, head_seq,
       attempts, rung, due_at, last_reason, last_status, parked_at)
     SELECT lane_id, 'custom', main_offset % 12,
       ('eeeeeeee-0000-4000-8000-0000000000' || lpad(to_hex(main_offset / 3 % ${ENDPOINTS_OF_EACH}), 2, '0'))::uuid,
       'parked-call-' || main_offset, 'aaaaaaaa-0000-4000-8000-000000000000', delivery_id, main_offset, seq, 1, 1,
       now() + interval '1 hour', 'http_503: the endpoint answered 503', 503, now() - interval '1 second' * (main_offset / 3)
     FROM made WHERE main_offset % 3 = 0`,
  );
  await client.query(
    `INSERT INTO audit_log (at, project_id, actor, actor_id, action, subject_id, details)
     SELECT now() - interval '1 second' * (${Math.ceil(rows / 50)} - n),
       ('aaaaaaaa-0000-4000-8000-0000000000' || lpad(to_hex(n % ${PROJECTS}), 2, '0'))::uuid,
       CASE WHEN n % 1000 = 0 THEN 'Ana' ELSE 'admin token' END, CASE WHEN n % 1000 = 0 THEN md5('ana')::uuid END,
       CASE WHEN n % 5000 = 0 THEN 'api_key.revoked' ELSE 'endpoint.updated' END, md5('subject ' || n), '{"enabled":{"from":true,"to":false}}'
     FROM generate_series(1, ${Math.ceil(rows / 50)}) AS n`,
  );
  await client.query(
    `INSERT INTO redrives (id, project_id, filter, created_at, counts, finished_at)
     SELECT gen_random_uuid(), 'aaaaaaaa-0000-4000-8000-000000000000', '{}', now() - interval '1 minute' * n,
       '{"deliveries":1,"events":1,"calls":1,"endpoints":1,"notRedrivable":[]}', now()
     FROM generate_series(1, 200) AS n`,
  );
}
