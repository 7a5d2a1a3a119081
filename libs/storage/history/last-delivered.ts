import type { ClientBase } from 'pg';
import type { Delivered, OrderedRecord } from './order-audit.js';
import { DAY_MS } from './days.js';
import { laneOf } from './order-audit.js';

/** A call does not last longer; older days need not be searched. */
const LONGEST_CALL_MS = DAY_MS;

/** Lateral and limited, so that each lane is one look into the index, whatever the planner knows of a new day. */
const SELECT = `
  SELECT lane.endpoint_id::text, lane.call_id, d.source_epoch, d.source_offset::float8, d.source_ordinal::float8, d.event_id,
    round(extract(epoch FROM d.first_attempt_at) * 1000)::float8
  FROM unnest($1::uuid[], $2::text[]) AS lane (endpoint_id, call_id)
  CROSS JOIN LATERAL (
    SELECT source_epoch, source_offset, source_ordinal, event_id, first_attempt_at
    FROM deliveries
    WHERE call_id = lane.call_id AND endpoint_id = lane.endpoint_id
      AND received_at >= to_timestamp($3::float8 / 1000)
      AND status = 'delivered' AND source_epoch IS NOT NULL
    ORDER BY received_at DESC, source_offset DESC, source_ordinal DESC
    LIMIT 1
  ) AS d`;

type Row = readonly [string, string, string, number, number, string, number];

/** What the lanes of these records have delivered last, by `laneOf`. Lanes that delivered nothing are left out. */
export async function lastDelivered(
  client: ClientBase,
  records: readonly OrderedRecord[],
): Promise<ReadonlyMap<string, Delivered>> {
  const lanes = [...new Map(records.map((record) => [laneOf(record), record])).values()];
  if (lanes.length === 0) return new Map();
  const since = Math.min(...records.map(({ receivedAt }) => receivedAt)) - LONGEST_CALL_MS;
  // Not a prepared statement: a plan that is kept from when the day was empty reads all of it for every lane.
  const { rows } = await client.query<Row & unknown[]>({
    text: SELECT,
    values: [lanes.map(({ endpointId }) => endpointId), lanes.map(({ callId }) => callId), since],
    rowMode: 'array',
  });
  return new Map(
    rows.map(([endpointId, callId, epoch, offset, ordinal, eventId, startedAt]) => [
      laneOf({ endpointId, callId }),
      { mark: { epoch, offset, ordinal }, eventId, startedAt },
    ]),
  );
}
