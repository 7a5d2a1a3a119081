import {
  commonSettings,
  databaseSettings,
  defineSettings,
  kafkaSettings,
  port,
  secret,
  secretsSettings,
  targetSettings,
  type SettingsOf,
} from '#libs/runtime';

export const apiSettings = defineSettings({
  ...commonSettings,
  API_PORT: port('8080').default(8080),
  ...kafkaSettings,
  ...databaseSettings,
  ...secretsSettings,
  ...targetSettings,
  /** Who has it may do everything. */
  ADMIN_TOKEN: secret('a token that nobody guesses (make one: openssl rand -hex 24)', '<48 characters>'),
});

export type ApiSettings = SettingsOf<typeof apiSettings>;
