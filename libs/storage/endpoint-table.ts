import type { AuthType, EndpointSnapshot } from '#libs/contracts';

/** What the router has to know of an endpoint. */
export interface RoutedEndpoint {
  readonly projectId: string;
  readonly snapshot: EndpointSnapshot;
  readonly authType: AuthType;
}
