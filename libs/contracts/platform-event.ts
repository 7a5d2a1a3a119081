/**
 * What happened to the platform's own parts: a value of `platform.events`, keyed by the endpoint's id. For operators and
 * their programs; readers ignore types and fields that they do not know.
 */
export interface PlatformEvent {
  /** Format version of this record. */
  readonly v: 1;
  /**
   * `opened` is told again with each probe that fails, with the same `since`: so it is known that it still is. `fell`: less
   * is sent at a time than it may have (told again, with the same `since`, when it is less still); `whole`: no more so.
   */
  readonly type: PlatformEventType;
  readonly endpointId: string;
  readonly projectId: string;
  /** `slack`, `teams`, `email` or `custom`. */
  readonly kind: string;
  /** With a code first: `timeout: the endpoint did not answer in time`. */
  readonly reason: string;
  /** Since when it is so, and when it was seen; ISO 8601, UTC. */
  readonly since: string;
  readonly at: string;
  /** `opened`: when the next probe is made, ISO 8601, UTC; null: its breaker is closed. */
  readonly nextProbeAt: string | null;
  /** Attempts that may be in flight at a time, in the process that tells; of how many when all is well. */
  readonly share: number;
  readonly wholeShare: number;
}

export const PLATFORM_EVENT_TYPES = [
  'endpoint.breaker.opened',
  'endpoint.breaker.closed',
  'endpoint.share.fell',
  'endpoint.share.whole',
] as const;
export type PlatformEventType = (typeof PLATFORM_EVENT_TYPES)[number];
