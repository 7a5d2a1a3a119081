import type { Kind, PlatformEvent } from '#libs/contracts';
import { TOPICS, type OutgoingRecord } from '#libs/kafka';
import type { BreakerChange } from './endpoint-healths.js';

/** The event that tells operators, and the history, of a breaker. */
export function platformEventOf(kind: Kind, { endpoint, breaker, since, at, reason }: BreakerChange): OutgoingRecord {
  const event: PlatformEvent = {
    v: 1,
    type: breaker === 'open' ? 'endpoint.breaker.opened' : 'endpoint.breaker.closed',
    endpointId: endpoint.id,
    projectId: endpoint.projectId,
    kind,
    reason,
    since: new Date(since).toISOString(),
    at: new Date(at).toISOString(),
  };
  return { topic: TOPICS.platform, key: endpoint.id, value: JSON.stringify(event) };
}
