import type { CallEvent } from './call-event.js';
import type { AuthType, EndpointSnapshot } from './endpoint.js';

/** One event for one destination: the value of `deliveries.<kind>` and everything behind it. */
export interface Job {
  /** Format version of this record. */
  readonly v: 1;
  /** UUID; the same across retries, crashes and the router's replays. */
  readonly deliveryId: string;
  readonly endpoint: EndpointSnapshot;
  readonly authType: AuthType;
  readonly event: CallEvent;
  /** Kafka's timestamp of the event record, in Unix milliseconds. */
  readonly receivedAt: number;
  /** Version of the settings the router matched with; a delivery service reads settings at least this new. */
  readonly configVersion: number;
  /** How often an operator has sent it again after it was dead-lettered; absent: never. */
  readonly redrive?: number;
}
