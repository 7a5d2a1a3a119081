import { createRoomHttp, type JsonPost, type Room } from '#libs/delivery';
import type { SettingsOf } from '#libs/runtime';
import { createTeamsDestination } from './teams.destination.js';
import type { deliveryTeamsSettings } from './settings.js';

export function teamsRoom(settings: SettingsOf<typeof deliveryTeamsSettings>): Room<JsonPost> {
  const { http, targets } = createRoomHttp(settings);
  return { destination: createTeamsDestination({ http, targets }), close: () => http.close() };
}
