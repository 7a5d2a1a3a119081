import { EVENT_CATALOGUE } from '#libs/contracts';
import type { Standing } from './order-watch.js';

/** One delivery as the demo's receiver saw it. */
export interface Seen {
  /** Unix milliseconds. */
  readonly at: number;
  readonly callId: string;
  readonly eventType: string;
  readonly endpoint: string;
  readonly standing: Standing;
  /** 1 for the call's first event, 0 when the demo did not play it. */
  readonly place: number;
  readonly attempt: number;
  readonly withToken: boolean;
  /** What the receiver answered. */
  readonly status: number;
}

const LABELS: ReadonlyMap<string, string> = new Map(EVENT_CATALOGUE.map(({ eventType, label }) => [eventType, label]));

/** `10:24:01.123  demo-4  Outbound Calling            → CRM      ✓ in order, event 3 of its call` */
export function lineOf(seen: Seen): string {
  const time = new Date(seen.at).toISOString().slice(11, 23);
  const label = LABELS.get(seen.eventType) ?? seen.eventType;
  return `${time}  ${seen.callId.padEnd(9)} ${label.padEnd(26)} → ${seen.endpoint.padEnd(7)} ${outcomeOf(seen)}`;
}

function outcomeOf({ status, standing, place, withToken, attempt }: Seen): string {
  if (status === 401) return '✗ came without its token: answered 401';
  const event = place > 0 ? `, event ${place} of its call` : '';
  if (status >= 300) return `✗ out of service for a moment: answered ${status}${event}`;
  const how = {
    'in order': '✓ in order',
    repeat: attempt > 1 ? `✓ in order, at attempt ${attempt}` : '✓ again, right after the first time',
    'out of order': '✗ OUT OF ORDER',
    unknown: '✓',
  }[standing];
  return `${how}${event}${withToken ? ', with its bearer token' : ''}`;
}
