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
  /** Unix milliseconds: when the next probe is made; null: it is closed. */
  readonly probeAt: number | null;
}

/** Less is sent to an endpoint at a time than it may have; or no more so. */
export interface ShareChange {
  readonly endpoint: EndpointName;
  /** Attempts that may be in flight. */
  readonly share: number;
  /** Unix milliseconds: since when it is less than the whole; of one that is whole again, since when it is that. */
  readonly since: number;
  /** Unix milliseconds: when this was seen. */
  readonly at: number;
  readonly reason: string;
}

/** Of a share that falls and grows many times a second only so much is told, in milliseconds. */
const TELL_SHARE_EVERY_MS = 10_000;

interface Known extends EndpointHealth {
  /** Since when its share is not whole, and when that was told last; Unix milliseconds, null: it is whole, it was not. */
  readonly limitedSince: number | null;
  readonly toldAt: number | null;
}

/**
 * The endpoints of a process. They outlive a hand-over: who is slow, or down, is so under its next tenure, too. Each
 * process learns by itself: it costs every one of them a few attempts, and nothing has to be agreed on.
 */
export class EndpointHealths {
  /** Those that are not well: of the others nothing is kept. */
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly terms: HealthTerms,
    private readonly onBreaker: (change: BreakerChange) => void,
    private readonly onShare: (change: ShareChange) => void = () => undefined,
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
    const isWhole = after.limit === this.terms.maxInFlight;
    const limitedSince = isWhole ? null : (before?.limitedSince ?? told.endedAt);
    const toldAt = this.tellShare(endpoint, before, after, told);
    if (isWhole && after.failures === 0 && after.open === null) this.known.delete(endpoint.id);
    else this.known.set(endpoint.id, { ...after, limitedSince, toldAt });
    if (after.open !== (before?.open ?? null)) this.onBreaker(changeOf(endpoint, after, told));
  }

  /** @returns when it was told last; null: nobody was told of a share that is not whole. */
  private tellShare(
    endpoint: EndpointName,
    before: Known | undefined,
    after: EndpointHealth,
    told: Told,
  ): number | null {
    const { maxInFlight } = this.terms;
    const toldAt = before?.toldAt ?? null;
    const at = told.endedAt;
    const [was, share] = [Math.floor(before?.limit ?? maxInFlight), Math.floor(after.limit)];
    if (share === maxInFlight) {
      if (toldAt !== null) this.onShare({ endpoint, share, since: at, at, reason: 'it answers as it should' });
      return null;
    }
    if (share >= was || (toldAt !== null && at - toldAt < TELL_SHARE_EVERY_MS)) return toldAt;
    const reason = told.reason ?? 'it has too much to do';
    this.onShare({ endpoint, share, since: before?.limitedSince ?? at, at, reason });
    return at;
  }
}

function changeOf(endpoint: EndpointName, { open }: EndpointHealth, { endedAt }: Told): BreakerChange {
  if (open === null) {
    return { endpoint, breaker: 'closed', since: endedAt, at: endedAt, reason: 'it answered', probeAt: null };
  }
  return { endpoint, breaker: 'open', since: open.since, at: endedAt, reason: open.reason, probeAt: open.until };
}
