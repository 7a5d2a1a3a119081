import { DELIVERY_STRATEGY, deliveryModule } from '#libs/delivery';
import { startService } from '#libs/runtime';
import { emailRoom } from './email.room.js';
import { deliveryEmailSettings } from './settings.js';

void startService({
  name: 'delivery-email',
  settings: deliveryEmailSettings,
  module: (context) => deliveryModule(context, emailRoom(context.settings)),
  port: ({ HEALTH_PORT }) => HEALTH_PORT,
  strategy: DELIVERY_STRATEGY,
});
