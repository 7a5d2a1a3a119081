import { startService } from '#libs/runtime';
import { RECORDER_STRATEGY, recorderModule } from './recorder.module.js';
import { recorderSettings } from './settings.js';

void startService({
  name: 'recorder',
  settings: recorderSettings,
  module: recorderModule,
  port: ({ HEALTH_PORT }) => HEALTH_PORT,
  strategy: RECORDER_STRATEGY,
});
