import {
  databaseSettings,
  defineSettings,
  deliverySettings,
  durationMs,
  kafkaSettings,
  type SettingsOf,
} from '#libs/runtime';

/** How long a server that does not answer is awaited: a job that fails says why, and is started again by whoever runs it. */
const setupSettings = { SETUP_TIMEOUT: durationMs('60s').default(60_000) };

export const topicsSettings = defineSettings({
  ...setupSettings,
  ...kafkaSettings,
  /** Each rung is a topic. */
  RETRY_LADDER: deliverySettings.RETRY_LADDER,
});

export type TopicsSettings = SettingsOf<typeof topicsSettings>;

export const migrateSettings = defineSettings({ ...databaseSettings });

export type MigrateSettings = SettingsOf<typeof migrateSettings>;
