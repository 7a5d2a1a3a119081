/**
 * What happened to the platform's own parts: a value of `platform.events`, keyed by the endpoint's id. For operators and
 * their programs; readers ignore types and fields that they do not know.
 */
export interface PlatformEvent {
  /** Format version of this record. */
  readonly v: 1;
  /** `opened` is told again with each probe that fails, with the same `since`: so it is known that it still is. */
  readonly type: 'endpoint.breaker.opened' | 'endpoint.breaker.closed';
  readonly endpointId: string;
  readonly projectId: string;
  /** `slack`, `teams`, `email` or `custom`. */
  readonly kind: string;
  /** With a code first: `timeout: the endpoint did not answer in time`. */
  readonly reason: string;
  /** Since when it is so, and when it was seen; ISO 8601, UTC. */
  readonly since: string;
  readonly at: string;
}
