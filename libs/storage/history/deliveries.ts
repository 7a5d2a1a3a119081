import type { ClientBase } from 'pg';
import { arraysOf, batchInsert, type Column } from './batch-insert.js';
import { TERMINAL, type DeliveryState } from './delivery-state.js';

const COLUMNS: readonly Column<DeliveryState>[] = [
  { name: 'received_at', type: 'time', value: (s) => s.record.receivedAt },
  { name: 'delivery_id', type: 'uuid', value: (s) => s.record.deliveryId },
  { name: 'project_id', type: 'uuid', value: (s) => s.record.projectId },
  { name: 'endpoint_id', type: 'uuid', value: (s) => s.record.endpointId },
  { name: 'endpoint_name', type: 'text', value: (s) => s.record.endpointName },
  { name: 'endpoint_type', type: 'text', value: (s) => s.record.endpointType },
  { name: 'call_id', type: 'text', value: (s) => s.record.callId },
  { name: 'event_id', type: 'text', value: (s) => s.record.eventId },
  { name: 'event_type', type: 'text', value: (s) => s.record.eventType },
  { name: 'status', type: 'text', value: (s) => s.status },
  { name: 'status_at', type: 'time', value: (s) => s.statusAt },
  { name: 'attempts', type: 'smallint', value: (s) => s.attempts },
  { name: 'reason', type: 'text', value: (s) => s.reason },
  { name: 'response_status', type: 'integer', value: (s) => s.responseStatus },
  { name: 'first_attempt_at', type: 'time', value: (s) => s.firstAttemptAt },
  { name: 'last_attempt_at', type: 'time', value: (s) => s.lastAttemptAt },
  { name: 'source_epoch', type: 'text', value: (s) => s.record.mark?.epoch },
  { name: 'source_offset', type: 'bigint', value: (s) => s.record.mark?.offset },
  { name: 'source_ordinal', type: 'bigint', value: (s) => s.record.mark?.ordinal },
  { name: 'event', type: 'json', value: (s) => (s.event === null ? null : JSON.stringify(s.event)) },
];

const ENDS = `(${TERMINAL.map((status) => `'${status}'`).join(', ')})`;

/** `supersedes` of delivery-state.ts: `d` is what is there, `EXCLUDED` what came. */
const SUPERSEDES = `(EXCLUDED.attempts > d.attempts OR EXCLUDED.status_at > d.status_at OR
  (EXCLUDED.status_at = d.status_at AND (EXCLUDED.status IN ${ENDS} OR d.status NOT IN ${ENDS})))`;

const latest = (name: string): string => `${name} = CASE WHEN ${SUPERSEDES} THEN EXCLUDED.${name} ELSE d.${name} END`;

const UPSERT = `${batchInsert('deliveries AS d', COLUMNS)}
  ON CONFLICT (delivery_id, received_at) DO UPDATE SET
    ${['status', 'status_at', 'reason', 'response_status'].map(latest).join(', ')},
    attempts = greatest(d.attempts, EXCLUDED.attempts),
    first_attempt_at = least(d.first_attempt_at, EXCLUDED.first_attempt_at),
    last_attempt_at = greatest(d.last_attempt_at, EXCLUDED.last_attempt_at),
    source_epoch = coalesce(d.source_epoch, EXCLUDED.source_epoch),
    source_offset = coalesce(d.source_offset, EXCLUDED.source_offset),
    source_ordinal = coalesce(d.source_ordinal, EXCLUDED.source_ordinal),
    event = coalesce(d.event, EXCLUDED.event)`;

/** Merges the states into the table. @param states one for each delivery */
export async function upsertDeliveries(client: ClientBase, states: readonly DeliveryState[]): Promise<void> {
  if (states.length === 0) return;
  // Everyone locks rows in the same order: two recorders that overlap wait for each other, and never both.
  const sorted = states.toSorted((a, b) => (a.record.deliveryId < b.record.deliveryId ? -1 : 1));
  await client.query(UPSERT, arraysOf(COLUMNS, sorted));
}
