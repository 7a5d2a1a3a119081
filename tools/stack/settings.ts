import {
  defineSettings,
  deliverySettings,
  kafkaSettings,
  loadSettings,
  text,
  port,
  telemetrySettings,
  type SettingsOf,
} from '#libs/runtime';

/** `npm start` chose the ports and fetched the jars (tools/preflight.mjs has the defaults). */
const settings = defineSettings({
  ...kafkaSettings,
  /** Each rung is a topic. */
  RETRY_LADDER: deliverySettings.RETRY_LADDER,
  /** Set: that database is used, and none embedded. */
  DATABASE_URL: text('a PostgreSQL URL', 'postgres://user:password@127.0.0.1:5432/recho').optional(),
  /** Set: mails go there, and there is no local inbox. */
  SMTP_URL: text('an SMTP URL', 'smtps://user:password@smtp.example.com:465').optional(),
  ADMIN_TOKEN: text('a token', 'secret').optional(),
  SECRETS_KEY: text('32 bytes in base64', '<base64>').optional(),
  KAFKA_JARS: text('a folder', '.cache/kafka').optional(),
  KAFKA_PORT: port('9092').optional(),
  POSTGRES_PORT: port('54320').optional(),
  SMTP_PORT: port('1025').optional(),
  INBOX_PORT: port('1080').optional(),
  /** A Jaeger that was found; left out: none was. */
  JAEGER_BIN: text('a program', '/usr/local/bin/jaeger').optional(),
  JAEGER_PORT: port('16686').optional(),
  OTLP_PORT: port('4318').optional(),
  /** Set: traces go there, and no Jaeger is started. */
  OTEL_EXPORTER_OTLP_ENDPOINT: telemetrySettings.OTEL_EXPORTER_OTLP_ENDPOINT,
  API_PORT: port('8080'),
  ROUTER_HEALTH_PORT: port('8081'),
  DELIVERY_SLACK_HEALTH_PORT: port('8082'),
  DELIVERY_TEAMS_HEALTH_PORT: port('8083'),
  DELIVERY_EMAIL_HEALTH_PORT: port('8084'),
  DELIVERY_CUSTOM_HEALTH_PORT: port('8085'),
  RECORDER_HEALTH_PORT: port('8086'),
});

export type StackSettings = SettingsOf<typeof settings> & {
  /** Run a Kafka of our own. */
  readonly embedKafka: boolean;
};

/** Enough to show the work being shared, and few enough to start in a second. */
const EMBEDDED_PARTITIONS = '6';

/** @throws SettingsError */
export function stackSettings(env: NodeJS.ProcessEnv): StackSettings {
  const embedKafka = !env['KAFKA_BROKERS'];
  const defaults = embedKafka
    ? { KAFKA_BROKERS: `127.0.0.1:${env['KAFKA_PORT']}`, PARTITIONS: env['PARTITIONS'] || EMBEDDED_PARTITIONS }
    : {};
  return { ...loadSettings(settings, { ...env, ...defaults }), embedKafka };
}
