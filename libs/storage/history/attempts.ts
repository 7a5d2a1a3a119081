import type { AttemptRecord } from '#libs/contracts';
import type { ClientBase } from 'pg';
import { arraysOf, batchInsert, type Column } from './batch-insert.js';

const COLUMNS: readonly Column<AttemptRecord>[] = [
  { name: 'received_at', type: 'time', value: (r) => r.receivedAt },
  { name: 'delivery_id', type: 'uuid', value: (r) => r.deliveryId },
  { name: 'attempt', type: 'smallint', value: (r) => r.attempt },
  { name: 'redrive', type: 'smallint', value: (r) => r.redrive ?? 0 },
  { name: 'started_at', type: 'time', value: (r) => r.startedAt },
  { name: 'duration_ms', type: 'integer', value: (r) => r.durationMs },
  { name: 'verdict', type: 'text', value: (r) => r.verdict },
  { name: 'reason', type: 'text', value: (r) => r.reason },
  { name: 'target', type: 'text', value: (r) => r.target },
  { name: 'auth_type', type: 'text', value: (r) => r.authType },
  { name: 'key_id', type: 'uuid', value: (r) => r.keyId },
  { name: 'response_status', type: 'integer', value: (r) => r.responseStatus },
  { name: 'response_body', type: 'text', value: (r) => r.responseBody },
  { name: 'traceparent', type: 'text', value: (r) => r.traceparent },
];

const INSERT = `${batchInsert('attempts', COLUMNS)} ON CONFLICT DO NOTHING
  RETURNING delivery_id, attempt, (extract(epoch FROM started_at) * 1000)::float8`;

/** False for a status that changed without one: a job that waits, or ended without being tried (once more). */
export function isAttempt({ attempt, verdict }: AttemptRecord): boolean {
  return attempt !== 0 && verdict !== null;
}

/**
 * Writes the attempts that are not there yet.
 * @returns the records, in order, that are news: those whose attempt was written now, and those without one.
 */
export async function insertAttempts(
  client: ClientBase,
  records: readonly AttemptRecord[],
  sorted: readonly AttemptRecord[],
): Promise<readonly AttemptRecord[]> {
  const attempts = sorted.filter(isAttempt);
  if (attempts.length === 0) return records;
  const { rows } = await client.query<[string, number, number]>({
    name: 'history-attempts',
    text: INSERT,
    values: arraysOf(COLUMNS, attempts),
    rowMode: 'array',
  });
  const written = new Set(rows.map(([deliveryId, attempt, startedAt]) => keyOf(deliveryId, attempt, startedAt)));
  // Of two equal records in one batch only the first is news.
  return records.filter(
    (record) => !isAttempt(record) || written.delete(keyOf(record.deliveryId, record.attempt, record.startedAt)),
  );
}

function keyOf(deliveryId: string, attempt: number, startedAt: number): string {
  return `${deliveryId.toLowerCase()}/${attempt}/${startedAt}`;
}
