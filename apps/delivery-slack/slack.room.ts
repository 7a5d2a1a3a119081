import { createRoomHttp, type JsonPost, type Room } from '#libs/delivery';
import type { SettingsOf } from '#libs/runtime';
import { createSlackDestination } from './slack.destination.js';
import type { deliverySlackSettings } from './settings.js';

export function slackRoom(settings: SettingsOf<typeof deliverySlackSettings>): Room<JsonPost> {
  const { http, targets } = createRoomHttp(settings);
  return { destination: createSlackDestination({ http, targets }), close: () => http.close() };
}
