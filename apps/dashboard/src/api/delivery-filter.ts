/** The query of the API's lists. */
export interface DeliveryFilter {
  readonly callId?: string;
  readonly endpointId?: string;
  readonly eventType?: string;
  readonly status?: string;
  readonly code?: string;
  readonly from?: string;
  readonly to?: string;
}

/** What the address says of a list of deliveries: so that a search can be sent to a colleague. */
export interface Search {
  readonly callId: string;
  readonly endpointId: string;
  readonly eventType: string;
  readonly status: string;
  /** Of dead letters: what the reason begins with. */
  readonly code: string;
  /** As in `24h`: so long until now. Empty: `from` and `to` say it. */
  readonly since: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
}

const HOUR_MS = 3_600_000;
export const SINCE: Readonly<Record<string, { readonly label: string; readonly ms: number }>> = {
  '1h': { label: 'Last hour', ms: HOUR_MS },
  '24h': { label: 'Last 24 hours', ms: 24 * HOUR_MS },
  '7d': { label: 'Last 7 days', ms: 168 * HOUR_MS },
};

const FIELDS = ['callId', 'endpointId', 'eventType', 'status', 'code', 'since', 'from', 'to'] as const;

export function readSearch(address: URLSearchParams): Search {
  return Object.fromEntries(FIELDS.map((field) => [field, address.get(field) ?? ''])) as unknown as Search;
}

export function writeSearch(search: Search): URLSearchParams {
  return new URLSearchParams(FIELDS.flatMap((field) => (search[field] === '' ? [] : [[field, search[field]]])));
}

/** @param now Unix milliseconds: what `since` ends at. */
export function filterOf({ since, from, to, ...rest }: Search, now: number): DeliveryFilter {
  const span = SINCE[since];
  const times = span === undefined ? { from, to } : { from: new Date(now - span.ms).toISOString() };
  return Object.fromEntries(Object.entries({ ...rest, ...times }).filter(([, value]) => value !== ''));
}
