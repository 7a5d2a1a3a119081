import { DELIVERY_STRATEGY, deliveryModule } from '#libs/delivery';
import { startService } from '#libs/runtime';
import { teamsRoom } from './teams.room.js';
import { deliveryTeamsSettings } from './settings.js';

void startService({
  name: 'delivery-teams',
  settings: deliveryTeamsSettings,
  module: (context) => deliveryModule(context, teamsRoom(context.settings)),
  port: ({ HEALTH_PORT }) => HEALTH_PORT,
  strategy: DELIVERY_STRATEGY,
});
