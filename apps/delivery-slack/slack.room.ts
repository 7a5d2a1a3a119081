import { addressRule } from '#libs/contracts';
import { createHttp, type JsonPost, type Room } from '#libs/delivery';
import type { SettingsOf } from '#libs/runtime';
import { createSlackDestination } from './slack.destination.js';
import type { deliverySlackSettings } from './settings.js';

export function slackRoom(settings: SettingsOf<typeof deliverySlackSettings>): Room<JsonPost> {
  const targets = { allowHttp: settings.ALLOW_HTTP_TARGETS, allowPrivate: settings.ALLOW_PRIVATE_TARGETS };
  const http = createHttp({
    isAllowed: addressRule(targets),
    timeoutMs: settings.DELIVERY_TIMEOUT,
    connections: settings.MAX_IN_FLIGHT_PER_ENDPOINT,
  });
  return { destination: createSlackDestination({ http, targets }), close: () => http.close() };
}
