import type { Kind } from '#libs/contracts';
import type { BreakerChange } from './endpoint-healths.js';

/** A line when a breaker opens, when its probe fails, and when it closes. */
export function logBreaker(
  log: { info(fields: object, text: string): void; warn(fields: object, text: string): void },
  kind: Kind,
  { endpoint, breaker, since, at, reason }: BreakerChange,
): void {
  const fields = {
    kind,
    endpointId: endpoint.id,
    projectId: endpoint.projectId,
    since: new Date(since).toISOString(),
    reason,
  };
  if (breaker === 'closed') log.info(fields, 'the endpoint answers again: its breaker is closed');
  else if (since === at) log.warn(fields, 'the endpoint fails: its breaker is open, nothing is attempted but probes');
  else log.info(fields, 'the probe of an endpoint failed: its breaker stays open');
}
