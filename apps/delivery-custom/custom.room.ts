import { addressRule } from '#libs/contracts';
import { createHttp, type Room } from '#libs/delivery';
import { USER_AGENT } from '#libs/messages';
import type { SettingsOf } from '#libs/runtime';
import { createCustomDestination } from './custom.destination.js';
import type { CustomPost } from './custom.render.js';
import type { deliveryCustomSettings } from './settings.js';

export function customRoom(settings: SettingsOf<typeof deliveryCustomSettings>): Room<CustomPost> {
  const targets = { allowHttp: settings.ALLOW_HTTP_TARGETS, allowPrivate: settings.ALLOW_PRIVATE_TARGETS };
  const http = createHttp({
    isAllowed: addressRule(targets),
    timeoutMs: settings.DELIVERY_TIMEOUT,
    // Never fewer than attempts can be in flight at one endpoint: they would wait on their time-out's account.
    connections: settings.MAX_IN_FLIGHT_PER_ENDPOINT,
  });
  return {
    destination: createCustomDestination({ http, targets, userAgent: USER_AGENT }),
    close: () => http.close(),
  };
}
