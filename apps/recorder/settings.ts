import {
  commonSettings,
  databaseSettings,
  defineSettings,
  healthSettings,
  kafkaSettings,
  retentionSettings,
} from '#libs/runtime';

export const recorderSettings = defineSettings({
  ...commonSettings,
  ...healthSettings(8086),
  ...kafkaSettings,
  ...databaseSettings,
  ...retentionSettings,
});
