import {
  commonSettings,
  databaseSettings,
  defineSettings,
  deliverySettings,
  healthSettings,
  kafkaSettings,
  mailSettings,
  secretsSettings,
} from '#libs/runtime';

export const deliveryEmailSettings = defineSettings({
  ...commonSettings,
  ...healthSettings(8084),
  ...kafkaSettings,
  ...databaseSettings,
  ...secretsSettings,
  ...deliverySettings,
  ...mailSettings,
});
