import type { AttemptRecord } from '#libs/contracts';
import type { ClientBase } from 'pg';
import { arraysOf, batchInsert, type Column } from './batch-insert.js';
import type { DeliveryState } from './delivery-state.js';
import { ENDED } from '../ended.js';

const COLUMNS: readonly Column<{ readonly state: DeliveryState; readonly partition: number | null }>[] = [
  { name: 'received_at', type: 'time', value: ({ state }) => state.record.receivedAt },
  { name: 'delivery_id', type: 'uuid', value: ({ state }) => state.record.deliveryId },
  { name: 'project_id', type: 'uuid', value: ({ state }) => state.record.projectId },
  { name: 'endpoint_id', type: 'uuid', value: ({ state }) => state.record.endpointId },
  { name: 'endpoint_name', type: 'text', value: ({ state }) => state.record.endpointName },
  { name: 'endpoint_type', type: 'text', value: ({ state }) => state.record.endpointType },
  { name: 'call_id', type: 'text', value: ({ state }) => state.record.callId },
  { name: 'event_id', type: 'text', value: ({ state }) => state.record.eventId },
  { name: 'event_type', type: 'text', value: ({ state }) => state.record.eventType },
  { name: 'status', type: 'text', value: ({ state }) => state.status },
  { name: 'status_at', type: 'time', value: ({ state }) => state.statusAt },
  { name: 'attempts', type: 'smallint', value: ({ state }) => state.attempts },
  { name: 'redrives', type: 'smallint', value: ({ state }) => state.redrives },
  { name: 'reason', type: 'text', value: ({ state }) => state.reason },
  { name: 'response_status', type: 'integer', value: ({ state }) => state.responseStatus },
  { name: 'first_attempt_at', type: 'time', value: ({ state }) => state.firstAttemptAt },
  { name: 'last_attempt_at', type: 'time', value: ({ state }) => state.lastAttemptAt },
  { name: 'kafka_partition', type: 'integer', value: ({ partition }) => partition },
  { name: 'source_epoch', type: 'text', value: ({ state }) => state.record.mark?.epoch },
  { name: 'source_offset', type: 'bigint', value: ({ state }) => state.record.mark?.offset },
  { name: 'source_ordinal', type: 'bigint', value: ({ state }) => state.record.mark?.ordinal },
  { name: 'event', type: 'json', value: ({ state }) => (state.event === null ? null : JSON.stringify(state.event)) },
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
 * @param states one for each delivery, in an order that is everybody's.
 * @param partitionOf of Kafka, where it was read; null: not known.
 */
export async function upsertDeliveries(
  client: ClientBase,
  states: readonly DeliveryState[],
  partitionOf: (record: AttemptRecord) => number | null,
): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map((state) => ({ state, partition: partitionOf(state.record) }));
  await client.query({ name: 'history-deliveries', text: UPSERT, values: arraysOf(COLUMNS, rows) });
}
