import {
  commonSettings,
  databaseSettings,
  defineSettings,
  integer,
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
  /** Dead letters sent again, a second: an endpoint that has just healed must not fall over again. */
  REDRIVE_RATE: integer(1, 100_000).default(50),
  /** Requests a second of one caller, in one process; 0: any number. */
  API_RATE_LIMIT: integer(0, 1_000_000).default(100),
  /** Who has it may do everything. */
  ADMIN_TOKEN: secret('a token that nobody guesses (make one: openssl rand -hex 24)', '<48 characters>'),
});

export type ApiSettings = SettingsOf<typeof apiSettings>;
