import type { DeliveryStatus } from '#libs/contracts';
import type { Queries } from '../delivery-search.js';
import { LETTER, type DeadLetter } from './dead-letters.js';
import { lockRedrives } from './redrive-table.js';

/** A delivery that somebody wants sent again. */
export interface Resendable {
  readonly status: DeliveryStatus;
  /** Of its endpoint, as it is now. */
  readonly endpointState: 'enabled' | 'disabled' | 'deleted';
  /** All that a job is made of; null: the endpoint is deleted, or the history does not have the event. */
  readonly letter: DeadLetter | null;
}

/**
 * Holds the delivery until the transaction ends: nobody else sends it again meanwhile, neither another caller nor a
 * redrive, which does not lock what it reads.
 * @returns null: there is no such delivery.
 */
export async function holdToResend(
  transaction: Queries,
  projectId: string,
  deliveryId: string,
): Promise<Resendable | null> {
  await lockRedrives(transaction, projectId);
  const [held] = await transaction.query<Pick<Resendable, 'status'>>(
    `SELECT d.status FROM deliveries d WHERE d.delivery_id = $1 AND d.project_id = $2 FOR UPDATE`,
    [deliveryId, projectId],
  );
  if (held === undefined) return null;
  const [found] = await transaction.query<DeadLetter & { state: Resendable['endpointState'] }>(
    `SELECT ${LETTER},
       CASE WHEN e.id IS NULL THEN 'deleted' WHEN e.enabled THEN 'enabled' ELSE 'disabled' END AS state
     FROM deliveries d LEFT JOIN endpoints e ON e.id = d.endpoint_id AND e.project_id = d.project_id
     WHERE d.delivery_id = $1 AND d.project_id = $2`,
    [deliveryId, projectId],
  );
  if (found === undefined) return null;
  const { state, ...letter } = found;
  return {
    status: held.status,
    endpointState: state,
    letter: state === 'deleted' || (letter.event as unknown) === null ? null : letter,
  };
}
