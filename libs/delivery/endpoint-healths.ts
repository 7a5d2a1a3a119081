import { healthAfter, wellUnder, type EndpointHealth, type HealthTerms, type Told } from './endpoint-health.js';

/** Whose breaker it is. */
export interface EndpointName {
  /** UUID. */
  readonly id: string;
  /** UUID. */
  readonly projectId: string;
}

/** A breaker opened, its probe failed (it is open since the same time as before), or it closed. */
export interface BreakerChange {
  readonly endpoint: EndpointName;
  readonly breaker: 'open' | 'closed';
  /** Unix milliseconds: since when it is so. */
  readonly since: number;
  /** Unix milliseconds: when this was seen. */
  readonly at: number;
  readonly reason: string;
}

/**
 * The endpoints of a process. They outlive a hand-over: who is slow, or down, is so under its next tenure, too. Each
 * process learns by itself: it costs every one of them a few attempts, and nothing has to be agreed on.
 */
export class EndpointHealths {
  /** Those that are not well: of the others nothing is kept. */
  private readonly known = new Map<string, EndpointHealth>();

  constructor(
    private readonly terms: HealthTerms,
    private readonly onBreaker: (change: BreakerChange) => void,
  ) {}

  /** How many attempts may be in flight: one when the breaker is open, and not before `openUntil`. */
  limitOf(endpointId: string): number {
    const health = this.known.get(endpointId);
    if (health === undefined) return this.terms.maxInFlight;
    return health.open === null ? Math.floor(health.limit) : 1;
  }

  /** Until when nothing is attempted, Unix milliseconds; 0: the breaker is closed. */
  openUntil(endpointId: string): number {
    return this.known.get(endpointId)?.open?.until ?? 0;
  }

  /** Probes that its open breaker has made; null: it is closed. */
  probesOf(endpointId: string): number | null {
    return this.known.get(endpointId)?.open?.probes ?? null;
  }

  /** How many breakers are open, and how many other endpoints have less than their whole share. */
  counts(): { readonly open: number; readonly limited: number } {
    const all = [...this.known.values()];
    const open = all.filter((health) => health.open !== null).length;
    return { open, limited: all.filter(({ limit }) => limit < this.terms.maxInFlight).length - open };
  }

  told(endpoint: EndpointName, told: Told): void {
    const before = this.known.get(endpoint.id);
    // Nearly all that is told: a well one has answered.
    if (before === undefined && told.signal === 'answered') return;
    const after = healthAfter(before ?? wellUnder(this.terms), told, this.terms);
    const isWell = after.limit === this.terms.maxInFlight && after.failures === 0 && after.open === null;
    if (isWell) this.known.delete(endpoint.id);
    else this.known.set(endpoint.id, after);
    if (after.open !== (before?.open ?? null)) this.onBreaker(changeOf(endpoint, after, told));
  }
}

function changeOf(endpoint: EndpointName, { open }: EndpointHealth, { endedAt }: Told): BreakerChange {
  if (open === null) {
    return { endpoint, breaker: 'closed', since: endedAt, at: endedAt, reason: 'it answered' };
  }
  return { endpoint, breaker: 'open', since: open.since, at: endedAt, reason: open.reason };
}
