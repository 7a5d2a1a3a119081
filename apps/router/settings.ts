import { commonSettings, databaseSettings, defineSettings, healthSettings, kafkaSettings } from '#libs/runtime';

export const routerSettings = defineSettings({
  ...commonSettings,
  ...healthSettings(8081),
  ...kafkaSettings,
  ...databaseSettings,
});
