import { createHttp, type JsonPost, type Room } from '#libs/delivery';
import type { SettingsOf } from '#libs/runtime';
import { createSlackDestination } from './slack.destination.js';
import type { deliverySlackSettings } from './settings.js';

export function slackRoom(settings: SettingsOf<typeof deliverySlackSettings>): Room<JsonPost> {
  const http = createHttp({
    timeoutMs: settings.DELIVERY_TIMEOUT,
    connections: settings.MAX_IN_FLIGHT_PER_ENDPOINT,
  });
  const targets = { allowHttp: settings.ALLOW_HTTP_TARGETS, allowPrivate: settings.ALLOW_PRIVATE_TARGETS };
  return { destination: createSlackDestination({ http, targets }), close: () => http.close() };
}
