import { createRoomHttp, type Room } from '#libs/delivery';
import { USER_AGENT } from '#libs/messages';
import type { SettingsOf } from '#libs/runtime';
import { createCustomDestination } from './custom.destination.js';
import type { CustomPost } from './custom.render.js';
import type { deliveryCustomSettings } from './settings.js';

export function customRoom(settings: SettingsOf<typeof deliveryCustomSettings>): Room<CustomPost> {
  const { http, targets } = createRoomHttp(settings);
  return {
    destination: createCustomDestination({ http, targets, userAgent: USER_AGENT }),
    close: () => http.close(),
  };
}
