/** All that the API records, as it names it. */
export const ACTIONS = [
  ...['api_key.created', 'api_key.revoked', 'bearer_token.deleted', 'bearer_token.revealed', 'bearer_token.set'],
  ...['delivery.resent', 'endpoint.created', 'endpoint.deleted', 'endpoint.updated', 'lane.retry', 'lane.skip'],
  ...['project.created', 'project.updated', 'redrive.started', 'session.created', 'session.ended'],
  ...['signing_key.activated', 'signing_key.created', 'signing_key.deleted', 'triggers.updated'],
] as const;

/**
 * An audit entry's details as `name: CRM → Billing, enabled: true`.
 * @param nameOf what an id is of; undefined: of nothing that is known, so that it stands there itself.
 */
export function detailsText(
  details: Readonly<Record<string, unknown>>,
  nameOf: (id: string) => string | undefined,
): string {
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(text).join(' + ');
    return typeof value === 'string' ? (nameOf(value) ?? value) : JSON.stringify(value);
  };
  return Object.entries(details)
    .map(([name, value]) => `${name}: ${isChange(value) ? `${text(value.from)} → ${text(value.to)}` : text(value)}`)
    .join(', ');
}

interface Change {
  readonly from: unknown;
  readonly to: unknown;
}

function isChange(value: unknown): value is Change {
  return typeof value === 'object' && value !== null && 'from' in value && 'to' in value;
}
