import {
  commonSettings,
  databaseSettings,
  defineSettings,
  deliverySettings,
  healthSettings,
  kafkaSettings,
  secretsSettings,
} from '#libs/runtime';

export const deliverySlackSettings = defineSettings({
  ...commonSettings,
  ...healthSettings(8082),
  ...kafkaSettings,
  ...databaseSettings,
  ...secretsSettings,
  ...deliverySettings,
});
