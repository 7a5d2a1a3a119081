import type { AuthType, EndpointSnapshot, EndpointType } from '#libs/contracts';

/** What the router has to know of an endpoint. */
export interface RoutedEndpoint {
  /** UUID. */
  readonly projectId: string;
  readonly snapshot: EndpointSnapshot;
  readonly authType: AuthType;
  /** Its own for ever, growing with each endpoint that is made: its place in source marks. */
  readonly ordinal: number;
}

/** What a delivery service has to know of an endpoint. */
export interface StoredEndpoint {
  /** UUID. */
  readonly id: string;
  /** UUID. */
  readonly projectId: string;
  readonly name: string;
  readonly endpointType: EndpointType;
  readonly target: string;
  readonly authType: AuthType;
  readonly contentKey: string | null;
  readonly enabled: boolean;
  /** Sealed; null when none was set. */
  readonly bearerToken: string | null;
  /** The active key, its private half (PEM) sealed; null when there is none. */
  readonly signingKey: { readonly id: string; readonly sealed: string } | null;
  /** See RoutedEndpoint. */
  readonly ordinal: number;
  readonly eventTypes: readonly string[];
}

/** All settings as they were at one moment. */
export interface StoredSettings {
  /** Grows with each change. */
  readonly version: number;
  readonly projects: readonly string[];
  /** By ordinal. */
  readonly endpoints: readonly StoredEndpoint[];
}

/** The settings, ready to be looked up once per event. */
export class EndpointTable {
  readonly version: number;
  private readonly projects: ReadonlySet<string>;
  private readonly endpoints: ReadonlyMap<string, StoredEndpoint>;
  private readonly routed = new Map<string, RoutedEndpoint>();
  private readonly byTrigger = new Map<string, RoutedEndpoint[]>();

  constructor({ version, projects, endpoints }: StoredSettings) {
    this.version = version;
    this.projects = new Set(projects);
    this.endpoints = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
    for (const endpoint of endpoints) {
      const routed = routedOf(endpoint);
      this.routed.set(endpoint.id, routed);
      if (!endpoint.enabled) continue;
      for (const eventType of endpoint.eventTypes) {
        const key = triggerKey(endpoint.projectId, eventType);
        const group = this.byTrigger.get(key);
        if (group === undefined) this.byTrigger.set(key, [routed]);
        else group.push(routed);
      }
    }
  }

  hasProject(projectId: string): boolean {
    return this.projects.has(projectId);
  }

  endpoint(endpointId: string): StoredEndpoint | undefined {
    return this.endpoints.get(endpointId);
  }

  routedEndpoint(endpointId: string): RoutedEndpoint | undefined {
    return this.routed.get(endpointId);
  }

  /** Enabled endpoints with a trigger for the type, by ordinal. */
  endpointsFor(projectId: string, eventType: string): readonly RoutedEndpoint[] {
    return this.byTrigger.get(triggerKey(projectId, eventType)) ?? NONE;
  }
}

const NONE: readonly RoutedEndpoint[] = [];

function triggerKey(projectId: string, eventType: string): string {
  return `${projectId} ${eventType}`;
}

function routedOf(endpoint: StoredEndpoint): RoutedEndpoint {
  const { id, projectId, name, endpointType, target, contentKey, authType, ordinal } = endpoint;
  return { projectId, authType, ordinal, snapshot: { id, name, endpointType, target, contentKey } };
}
