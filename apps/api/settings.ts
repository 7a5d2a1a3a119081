import {
  commonSettings,
  databaseSettings,
  defineSettings,
  durationMs,
  integer,
  kafkaSettings,
  port,
  secret,
  secretsSettings,
  targetSettings,
  text,
  type SettingsOf,
} from '#libs/runtime';

export const apiSettings = defineSettings({
  ...commonSettings,
  API_PORT: port('8080').default(8080).describe('the API, its pages, health and metrics'),
  ...kafkaSettings,
  ...databaseSettings,
  ...secretsSettings,
  ...targetSettings,
  /** An endpoint that has just healed must not fall over again. */
  REDRIVE_RATE: integer(1, 100_000)
    .default(50)
    .describe('deliveries a second that a redrive of dead letters sends, for each project'),
  API_RATE_LIMIT: integer(0, 1_000_000)
    .default(100)
    .describe(
      'requests a second of one caller (a token, or else an address) to one process; 0: any number; beyond it 429',
    ),
  SESSION_TTL: durationMs('720m')
    .default(12 * 60 * 60 * 1000)
    .describe('how long whoever signs in to the dashboard stays signed in'),
  TRACE_URL: text('an http(s) URL with {traceId} in it', 'http://127.0.0.1:16686/trace/{traceId}')
    .refine((url) => /^https?:\/\/.*\{traceId\}/.test(url), { error: 'is no http(s) URL with {traceId} in it' })
    .optional()
    .describe(
      'where the dashboard finds a trace: `http://jaeger:16686/trace/{traceId}`; not set: it shows the id alone',
    ),
  ADMIN_TOKEN: secret('a token that nobody guesses (make one: openssl rand -hex 24)', '<48 characters>').describe(
    'may do everything',
  ),
});

export type ApiSettings = SettingsOf<typeof apiSettings>;
