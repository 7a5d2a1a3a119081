import { startService } from '#libs/runtime';
import { ROUTER_STRATEGY, routerModule } from './router.module.js';
import { routerSettings } from './settings.js';

void startService({
  name: 'router',
  settings: routerSettings,
  module: routerModule,
  port: ({ HEALTH_PORT }) => HEALTH_PORT,
  strategy: ROUTER_STRATEGY,
});
