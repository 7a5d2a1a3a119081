import type { Kind, PlatformEvent, PlatformEventType } from '#libs/contracts';
import { TOPICS, type OutgoingRecord } from '#libs/kafka';
import type { BreakerChange, ShareChange } from './endpoint-healths.js';

/** What is told of a breaker: one attempt at a time while it is open, and one to begin with when it has closed. */
const SHARE_OF_PROBES = 1;

/** The event that tells operators, and the history, of a breaker. */
export function breakerEvent(kind: Kind, change: BreakerChange, wholeShare: number): OutgoingRecord {
  const type = change.breaker === 'open' ? 'endpoint.breaker.opened' : 'endpoint.breaker.closed';
  return recordOf(kind, type, { ...change, share: SHARE_OF_PROBES, wholeShare });
}

/** The event that tells them of a share. */
export function shareEvent(kind: Kind, change: ShareChange, wholeShare: number): OutgoingRecord {
  const type = change.share === wholeShare ? 'endpoint.share.whole' : 'endpoint.share.fell';
  return recordOf(kind, type, { ...change, probeAt: null, wholeShare });
}

function recordOf(
  kind: Kind,
  type: PlatformEventType,
  told: ShareChange & { readonly probeAt: number | null; readonly wholeShare: number },
): OutgoingRecord {
  const { endpoint, reason, since, at, probeAt, share, wholeShare } = told;
  const event: PlatformEvent = {
    v: 1,
    type,
    endpointId: endpoint.id,
    projectId: endpoint.projectId,
    kind,
    reason,
    since: new Date(since).toISOString(),
    at: new Date(at).toISOString(),
    nextProbeAt: probeAt === null ? null : new Date(probeAt).toISOString(),
    share,
    wholeShare,
  };
  return { topic: TOPICS.platform, key: endpoint.id, value: JSON.stringify(event) };
}
