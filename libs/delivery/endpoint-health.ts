import type { Signal } from './endpoint-signal.js';

/** What an attempt said of its endpoint; times in Unix milliseconds. */
export interface Told {
  readonly signal: Signal;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** How an endpoint does, by its latest attempts. */
export interface EndpointHealth {
  /** Attempts that may be in flight: its share, in fractions; its whole part counts. */
  readonly limit: number;
  /** When it fell last, Unix milliseconds. */
  readonly fellAt: number;
}

export interface HealthTerms {
  /** `MAX_IN_FLIGHT_PER_ENDPOINT`. */
  readonly maxInFlight: number;
}

/** Of an endpoint that nothing is known of. */
export function wellUnder({ maxInFlight }: HealthTerms): EndpointHealth {
  return { limit: maxInFlight, fellAt: 0 };
}

/**
 * The share follows what the endpoint can bear, as TCP's window follows a network (additive increase, multiplicative
 * decrease): an answer adds a part of one, so that a full share of answers adds one; no answer in time, or "too much",
 * halves it.
 */
export function healthAfter(
  health: EndpointHealth,
  { signal, startedAt, endedAt }: Told,
  terms: HealthTerms,
): EndpointHealth {
  switch (signal) {
    case 'answered':
      return { ...health, limit: Math.min(terms.maxInFlight, health.limit + 1 / health.limit) };
    case 'busy':
    case 'timeout':
      // Those that were in flight when it fell say the same once more.
      if (startedAt <= health.fellAt) return health;
      return { ...health, limit: Math.max(1, health.limit / 2), fellAt: endedAt };
    case 'failed':
      return health;
  }
}

/** The endpoints of a process. They outlive a hand-over: who is slow is slow under its next owner, too. */
export class EndpointHealths {
  /** Those that are not well: of the others nothing is kept. */
  private readonly known = new Map<string, EndpointHealth>();

  constructor(private readonly terms: HealthTerms) {}

  /** How many attempts may be in flight. */
  limitOf(endpointId: string): number {
    return Math.floor(this.known.get(endpointId)?.limit ?? this.terms.maxInFlight);
  }

  told(endpointId: string, told: Told): void {
    const before = this.known.get(endpointId);
    // Nearly all that is told: a well one has answered.
    if (before === undefined && told.signal === 'answered') return;
    const after = healthAfter(before ?? wellUnder(this.terms), told, this.terms);
    if (after.limit === this.terms.maxInFlight) this.known.delete(endpointId);
    else this.known.set(endpointId, after);
  }
}
