import type { AttemptRecord } from '#libs/contracts';
import type { ClientBase } from 'pg';
import { arraysOf, batchInsert, type Column } from './batch-insert.js';
import type { Finding } from './order-audit.js';

const COLUMNS: readonly Column<AttemptRecord>[] = [
  { name: 'delivery_id', type: 'uuid', value: (r) => r.deliveryId },
  { name: 'started_at', type: 'time', value: (r) => r.startedAt },
  { name: 'received_at', type: 'time', value: (r) => r.receivedAt },
  { name: 'project_id', type: 'uuid', value: (r) => r.projectId },
  { name: 'endpoint_id', type: 'uuid', value: (r) => r.endpointId },
  { name: 'call_id', type: 'text', value: (r) => r.callId },
];

const INSERT = `${batchInsert('order_violations', COLUMNS)} ON CONFLICT DO NOTHING`;

/** Keeps those of the findings that are violations. */
export async function insertViolations(client: ClientBase, findings: readonly Finding[]): Promise<void> {
  const violations = findings.filter(({ type }) => type === 'violation').map(({ record }) => record);
  if (violations.length > 0) await client.query(INSERT, arraysOf(COLUMNS, violations));
}
