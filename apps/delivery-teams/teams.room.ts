import { addressRule } from '#libs/contracts';
import { createHttp, type JsonPost, type Room } from '#libs/delivery';
import type { SettingsOf } from '#libs/runtime';
import { createTeamsDestination } from './teams.destination.js';
import type { deliveryTeamsSettings } from './settings.js';

export function teamsRoom(settings: SettingsOf<typeof deliveryTeamsSettings>): Room<JsonPost> {
  const targets = { allowHttp: settings.ALLOW_HTTP_TARGETS, allowPrivate: settings.ALLOW_PRIVATE_TARGETS };
  const http = createHttp({
    isAllowed: addressRule(targets),
    timeoutMs: settings.DELIVERY_TIMEOUT,
    connections: settings.MAX_IN_FLIGHT_PER_ENDPOINT,
  });
  return { destination: createTeamsDestination({ http, targets }), close: () => http.close() };
}
