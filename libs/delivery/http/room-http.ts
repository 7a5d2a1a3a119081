import { addressRule, type TargetRules } from '#libs/contracts';
import { createHttp, type Http } from './post-json.js';

/** The settings that say how a room speaks HTTP. */
export interface HttpSettings {
  readonly ALLOW_HTTP_TARGETS: boolean;
  readonly ALLOW_PRIVATE_TARGETS: boolean;
  /** Milliseconds. */
  readonly DELIVERY_TIMEOUT: number;
  readonly MAX_IN_FLIGHT_PER_ENDPOINT: number;
}

/** What a room that speaks HTTP is made of: the rules for its targets, and connections that keep to them. */
export function createRoomHttp(settings: HttpSettings): { readonly http: Http; readonly targets: TargetRules } {
  const targets = { allowHttp: settings.ALLOW_HTTP_TARGETS, allowPrivate: settings.ALLOW_PRIVATE_TARGETS };
  const http = createHttp({
    isAllowed: addressRule(targets),
    timeoutMs: settings.DELIVERY_TIMEOUT,
    // Never fewer than attempts can be in flight at one endpoint: they would wait on their time-out's account.
    connections: settings.MAX_IN_FLIGHT_PER_ENDPOINT,
  });
  return { http, targets };
}
