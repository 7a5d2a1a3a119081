import type { Ladder } from '#libs/ordering';
import type { Signal } from './endpoint-signal.js';

/** What an attempt said of its endpoint; times in Unix milliseconds. */
export interface Told {
  readonly signal: Signal;
  readonly startedAt: number;
  readonly endedAt: number;
  /** It was its event's first attempt. */
  readonly isFirst: boolean;
  /** Why it failed; null: it did not. */
  readonly reason: string | null;
}

/** How an endpoint does, by its latest attempts; times in Unix milliseconds. */
export interface EndpointHealth {
  /** Attempts that may be in flight: its share, in fractions; its whole part counts. */
  readonly limit: number;
  /** Up to here its share grows quickly: it bore twice as much before. */
  readonly quickUpTo: number;
  /** When it fell last. */
  readonly fellAt: number;
  /** Failed attempts in a row, in tenths: see `weightOf`. */
  readonly failures: number;
  /** When the first of those was started. */
  readonly failingSince: number;
  /** null: its breaker is closed. */
  readonly open: OpenBreaker | null;
}

/** Nothing is attempted until a time, and then one attempt, the probe. */
export interface OpenBreaker {
  readonly since: number;
  readonly until: number;
  /** Of the attempt that opened it, or of the last probe. */
  readonly reason: string;
  /** Probes that failed. */
  readonly probes: number;
}

export interface HealthTerms {
  /** `MAX_IN_FLIGHT_PER_ENDPOINT`. */
  readonly maxInFlight: number;
  /** `BREAKER_FAILURES`: so many events in a row that fail open a breaker; 0: never. */
  readonly failuresToOpen: number;
  /** …if it has answered nothing for so long, in milliseconds: many calls may come to an event that it fails at once. */
  readonly failingForMs: number;
  /** The pauses before the first probe and the ones after it are those of retries, up to a bound. */
  readonly ladder: Ladder;
}

/** An endpoint is not left alone for longer, so that it is soon found well again; in milliseconds. */
const LONGEST_PAUSE_MS = 60_000;

/** Of an endpoint that nothing is known of. */
export function wellUnder({ maxInFlight }: HealthTerms): EndpointHealth {
  return { limit: maxInFlight, quickUpTo: 0, fellAt: 0, failures: 0, failingSince: 0, open: null };
}

/**
 * The share follows what the endpoint can bear, as TCP's window follows a network (slow start, then additive increase,
 * multiplicative decrease): an answer adds a part of one, so that a full share of answers adds one (doubles it, up to half
 * of what it bore before); no answer in time, or "too much", halves it. Failures in a row open the breaker; any answer
 * closes it, and the share begins with one.
 */
export function healthAfter(health: EndpointHealth, told: Told, terms: HealthTerms): EndpointHealth {
  const { limit, quickUpTo, fellAt, open } = health;
  const { signal, startedAt, endedAt } = told;
  const failed = signal === 'failed' || signal === 'timeout';
  if (open !== null) {
    if (!failed) return { ...wellUnder(terms), limit: 1, quickUpTo: terms.maxInFlight / 2, fellAt: endedAt };
    // In flight when it opened: no probe, and no news.
    if (startedAt < open.until) return health;
    return { ...health, open: opened(told, terms, open.since, open.probes + 1) };
  }
  if (signal === 'answered') {
    const more = limit < quickUpTo ? 1 : 1 / limit;
    return { ...health, limit: Math.min(terms.maxInFlight, limit + more), failures: 0 };
  }
  const half = Math.max(1, limit / 2);
  // Those that were in flight when it fell say the same once more.
  const falls = signal !== 'failed' && startedAt > fellAt;
  const share = falls ? { limit: half, quickUpTo: half, fellAt: endedAt } : { limit, quickUpTo, fellAt };
  const failures = failed ? health.failures + weightOf(told) : 0;
  const failingSince = health.failures === 0 ? startedAt : Math.min(health.failingSince, startedAt);
  const isMany = terms.failuresToOpen > 0 && failures >= terms.failuresToOpen * 10;
  const opens = isMany && endedAt - failingSince >= terms.failingForMs;
  return { ...share, failures, failingSince, open: opens ? opened(told, terms, endedAt, 0) : null };
}

/**
 * In tenths of a failure. An event that failed before may be one that the endpoint never takes, well as it is; and after an
 * outage of ours many such come due together. So it takes ten of them to say what one says that had not failed before.
 */
function weightOf({ isFirst }: Told): number {
  return isFirst ? 10 : 1;
}

function opened({ endedAt, reason }: Told, { ladder }: HealthTerms, since: number, probes: number): OpenBreaker {
  const pause = Math.min(ladder[Math.min(probes, ladder.length - 1)]!, LONGEST_PAUSE_MS);
  return { since, until: endedAt + pause, reason: reason ?? 'the attempt failed', probes };
}
