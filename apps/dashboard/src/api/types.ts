/* What the API's routes answer (the OpenAPI document at /docs says it in full), as far as a page shows it. Times are ISO 8601 in UTC. */

export interface Page<Item> {
  readonly items: readonly Item[];
  /** null: the last page. */
  readonly nextCursor: string | null;
}

export type Role = 'operator' | 'admin' | 'read';

export interface Session {
  /** operator: signed in with the admin token, for all projects. */
  readonly role: Role;
  /** null for the operator. */
  readonly project: { readonly id: string; readonly name: string } | null;
  readonly keyName: string | null;
  readonly expiresAt: string;
  /** Where a trace is looked at, with {traceId} in it; null: nowhere. */
  readonly traceUrl: string | null;
  readonly csrfToken: string;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
}

export const ENDPOINT_TYPES = ['SLACK', 'TEAMS', 'EMAIL', 'CUSTOM'] as const;
export type EndpointType = (typeof ENDPOINT_TYPES)[number];
export const AUTH_TYPES = ['NONE', 'BEARER', 'SIGNATURE_RSA_SHA256'] as const;
export type AuthType = (typeof AUTH_TYPES)[number];

export interface Endpoint {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly endpointType: EndpointType;
  readonly target: string;
  readonly authType: AuthType;
  readonly contentKey: string | null;
  readonly enabled: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** One that is left alone (its breaker is open), or sent less at a time than it may have. */
export interface ImpairedEndpoint {
  readonly endpointId: string;
  readonly endpointName: string;
  readonly breaker: 'open' | 'closed';
  readonly since: string;
  readonly reason: string;
  /** null: its breaker is closed. */
  readonly nextProbeAt: string | null;
  /** Attempts at a time, in one delivery process, and how many they are when all is well. */
  readonly share: number;
  readonly wholeShare: number;
  readonly waitingCalls: number;
}

export interface EndpointSettings {
  readonly name: string;
  readonly endpointType: EndpointType;
  readonly target: string;
  readonly authType: AuthType;
  readonly contentKey: string | null;
}

export interface EventTypeLabel {
  readonly eventType: string;
  readonly label: string;
}

/** Event type to endpoint ids. */
export type TriggerMap = Readonly<Record<string, readonly string[]>>;

export interface BearerToken {
  readonly token: string;
  readonly updatedAt: string;
}

export interface SigningKey {
  readonly id: string;
  readonly state: 'new' | 'active' | 'retired';
  readonly publicKeyPem: string;
  readonly createdAt: string;
  readonly activatedAt: string | null;
}

export interface Preview {
  readonly endpointType: EndpointType;
  readonly eventType: string;
  readonly target: string;
  readonly request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  } | null;
  readonly email: Mail | null;
}

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface PublishedTest {
  readonly eventId: string;
  readonly callId: string;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: 'admin' | 'read';
  readonly hint: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

export interface MadeApiKey extends ApiKey {
  readonly key: string;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly actorId: string | null;
  readonly action: string;
  readonly subjectId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}
