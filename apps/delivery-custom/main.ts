import { DELIVERY_STRATEGY, deliveryModule } from '#libs/delivery';
import { startService } from '#libs/runtime';
import { customRoom } from './custom.room.js';
import { deliveryCustomSettings } from './settings.js';

void startService({
  name: 'delivery-custom',
  settings: deliveryCustomSettings,
  module: (context) => deliveryModule(context, customRoom(context.settings)),
  port: ({ HEALTH_PORT }) => HEALTH_PORT,
  strategy: DELIVERY_STRATEGY,
});
