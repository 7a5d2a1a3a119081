import type { CallEvent } from './call-event.js';
import type { AuthType, EndpointType } from './endpoint.js';
import type { SourceMark } from './source-mark.js';

/** What an attempt came to. `abstained`: our own fault or no capacity; it spends no retry. */
export const VERDICTS = ['delivered', 'retry', 'refused', 'abstained'] as const;
export type VerdictName = (typeof VERDICTS)[number];

/** A delivery's status, as the API shows it. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'retrying', 'waiting', 'dead_lettered', 'skipped'] as const;
/** Nothing follows these, but an operator's redrive. */
export const TERMINAL_STATUSES: readonly DeliveryStatus[] = ['delivered', 'dead_lettered', 'skipped'];
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One attempt at a destination, or another end of a job: the value of `deliveries.attempts`. */
export interface AttemptRecord {
  /** Format version of this record. */
  readonly v: 1;
  readonly deliveryId: string;
  readonly projectId: string;
  readonly endpointId: string;
  readonly endpointName: string;
  readonly endpointType: EndpointType;
  readonly callId: string;
  readonly eventId: string;
  readonly eventType: string;
  /** As in the job, Unix milliseconds. */
  readonly receivedAt: number;
  /** 1 to 7; 0 when none was made yet (it waits, or ended without one). */
  readonly attempt: number;
  /** Of the job: how often an operator has sent it again, which counts its attempts from 1 anew; absent: never. */
  readonly redrive?: number;
  /** null when the status changed without an attempt. */
  readonly verdict: VerdictName | null;
  /** The delivery's status after this record. */
  readonly status: DeliveryStatus;
  /** Why, in words and with a leading code, for everything but `delivered`: `http_503: …`. */
  readonly reason: string | null;
  /** When the attempt began, Unix milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** What was used: the endpoint's target and authentication of the moment. */
  readonly target: string;
  readonly authType: AuthType;
  /** UUID of the key that the request was signed with; absent or null: it was not signed. */
  readonly keyId?: string | null;
  /** The answer's status (HTTP or SMTP), null when there was none. */
  readonly responseStatus: number | null;
  /** The answer's body, at most 16 KiB of it; null when there was none. */
  readonly responseBody: string | null;
  /** The job's place in its source, for the order auditor; null when it did not come through the router. */
  readonly mark: SourceMark | null;
  /** W3C trace context of the attempt. */
  readonly traceparent: string | null;
  /** With the first attempt only (and with an end without one): the event, for the history. */
  readonly event: CallEvent | null;
}
