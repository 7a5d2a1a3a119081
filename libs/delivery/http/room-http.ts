import { addressRule, type TargetRules } from '#libs/contracts';
import { createHttp, type Http } from './post-json.js';

/** The settings that say how a room speaks HTTP. */
export interface HttpSettings {
  readonly ALLOW_HTTP_TARGETS: boolean;
  readonly ALLOW_PRIVATE_TARGETS: boolean;
  /** Milliseconds. */
  readonly DELIVERY_TIMEOUT: number;
  readonly MAX_IN_FLIGHT: number;
}

/** What a room that speaks HTTP is made of: the rules for its targets, and connections that keep to them. */
export function createRoomHttp(settings: HttpSettings): { readonly http: Http; readonly targets: TargetRules } {
  const targets = { allowHttp: settings.ALLOW_HTTP_TARGETS, allowPrivate: settings.ALLOW_PRIVATE_TARGETS };
  const http = createHttp({
    isAllowed: addressRule(targets),
    timeoutMs: settings.DELIVERY_TIMEOUT,
    // To one host, where many endpoints can be (all of Slack's are): fewer than attempts can be in flight, and one that
    // hangs would take the connections of the others, which would wait on their time-out's account.
    connections: settings.MAX_IN_FLIGHT,
  });
  return { http, targets };
}
