import type { ClientBase } from 'pg';
import { arraysOf, batchInsert, type Column } from './batch-insert.js';
import type { DeliveryState } from './delivery-state.js';
import { ENDED } from '../ended.js';

const COLUMNS: readonly Column<DeliveryState & { readonly partition: number | null }>[] = [
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
  { name: 'redrives', type: 'smallint', value: (s) => s.redrives },
  { name: 'reason', type: 'text', value: (s) => s.reason },
  { name: 'response_status', type: 'integer', value: (s) => s.responseStatus },
  { name: 'first_attempt_at', type: 'time', value: (s) => s.firstAttemptAt },
  { name: 'last_attempt_at', type: 'time', value: (s) => s.lastAttemptAt },
  { name: 'kafka_partition', type: 'integer', value: (s) => s.partition },
  { name: 'source_epoch', type: 'text', value: (s) => s.record.mark?.epoch },
  { name: 'source_offset', type: 'bigint', value: (s) => s.record.mark?.offset },
  { name: 'source_ordinal', type: 'bigint', value: (s) => s.record.mark?.ordinal },
  { name: 'event', type: 'json', value: (s) => (s.event === null ? null : JSON.stringify(s.event)) },
];

/** `place` of delivery-state.ts. @param row `d` is what is there, `EXCLUDED` what came. */
const place = (row: string): string => `(${row}.redrives,
  CASE WHEN ${row}.attempts > 0 OR ${row}.status IN ${ENDED} THEN 2 WHEN ${row}.status = 'pending' THEN 0 ELSE 1 END,
  ${row}.status_at, ${row}.status IN ${ENDED}, ${row}.attempts)`;
const SUPERSEDES = `${place('EXCLUDED')} >= ${place('d')}`;

const latest = (name: string): string => `${name} = CASE WHEN ${SUPERSEDES} THEN EXCLUDED.${name} ELSE d.${name} END`;

const UPSERT = `${batchInsert('deliveries AS d', COLUMNS)}
  ON CONFLICT (delivery_id, received_at) DO UPDATE SET
    ${['status', 'status_at', 'reason', 'response_status'].map(latest).join(', ')},
    redrives = greatest(d.redrives, EXCLUDED.redrives),
    attempts = CASE WHEN EXCLUDED.redrives = d.redrives THEN greatest(d.attempts, EXCLUDED.attempts)
      WHEN EXCLUDED.redrives > d.redrives THEN EXCLUDED.attempts ELSE d.attempts END,
    kafka_partition = coalesce(EXCLUDED.kafka_partition, d.kafka_partition),
    first_attempt_at = least(d.first_attempt_at, EXCLUDED.first_attempt_at),
    last_attempt_at = greatest(d.last_attempt_at, EXCLUDED.last_attempt_at),
    source_epoch = coalesce(d.source_epoch, EXCLUDED.source_epoch),
    source_offset = coalesce(d.source_offset, EXCLUDED.source_offset),
    source_ordinal = coalesce(d.source_ordinal, EXCLUDED.source_ordinal),
    event = coalesce(d.event, EXCLUDED.event)`;

/**
 * Merges the states into the table.
 * @param states one for each delivery.
 * @param partition of Kafka, which they were read from; null: not known.
 */
export async function upsertDeliveries(
  client: ClientBase,
  states: readonly DeliveryState[],
  partition: number | null,
): Promise<void> {
  if (states.length === 0) return;
  // Everyone locks rows in the same order: two recorders that overlap wait for each other, and never both.
  const sorted = states.toSorted((a, b) => (a.record.deliveryId < b.record.deliveryId ? -1 : 1));
  await client.query(
    UPSERT,
    arraysOf(
      COLUMNS,
      sorted.map((state) => ({ ...state, partition })),
    ),
  );
}
