import {
  commonSettings,
  databaseSettings,
  defineSettings,
  deliverySettings,
  healthSettings,
  kafkaSettings,
  secretsSettings,
} from '#libs/runtime';

export const deliveryCustomSettings = defineSettings({
  ...commonSettings,
  ...healthSettings(8085),
  ...kafkaSettings,
  ...databaseSettings,
  ...secretsSettings,
  ...deliverySettings,
});
