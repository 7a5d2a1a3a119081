import {
  commonSettings,
  databaseSettings,
  defineSettings,
  deliverySettings,
  healthSettings,
  kafkaSettings,
  secretsSettings,
} from '#libs/runtime';

export const deliveryTeamsSettings = defineSettings({
  ...commonSettings,
  ...healthSettings(8083),
  ...kafkaSettings,
  ...databaseSettings,
  ...secretsSettings,
  ...deliverySettings,
});
