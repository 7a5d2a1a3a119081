/** The four destinations, as the wire and the API spell them. */
export const ENDPOINT_TYPES = ['SLACK', 'TEAMS', 'EMAIL', 'CUSTOM'] as const;
export type EndpointType = (typeof ENDPOINT_TYPES)[number];

/** Folder, topic and consumer-group word of each endpoint type: `deliveries.<kind>`, `delivery-<kind>`. */
export const KIND_OF = { SLACK: 'slack', TEAMS: 'teams', EMAIL: 'email', CUSTOM: 'custom' } as const;
export type Kind = (typeof KIND_OF)[EndpointType];

/** How a CUSTOM request is authenticated; other endpoint types are always `NONE`. */
export const AUTH_TYPES = ['NONE', 'BEARER', 'SIGNATURE_RSA_SHA256'] as const;
export type AuthType = (typeof AUTH_TYPES)[number];

/** The destination as it was when the router matched the event; printed as `webhookEndpoint` in the CUSTOM payload. */
export interface EndpointSnapshot {
  /** UUID. */
  readonly id: string;
  readonly name: string;
  readonly endpointType: EndpointType;
  /** A URL; for `EMAIL` an address. */
  readonly target: string;
  /** Opaque to us, echoed to the receiver. */
  readonly contentKey: string | null;
}
