import { DELIVERY_STRATEGY, deliveryModule } from '#libs/delivery';
import { startService } from '#libs/runtime';
import { slackRoom } from './slack.room.js';
import { deliverySlackSettings } from './settings.js';

void startService({
  name: 'delivery-slack',
  settings: deliverySlackSettings,
  module: (context) => deliveryModule(context, slackRoom(context.settings)),
  port: ({ HEALTH_PORT }) => HEALTH_PORT,
  strategy: DELIVERY_STRATEGY,
});
