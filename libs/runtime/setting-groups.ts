import {
  base64Keys,
  bool,
  durationMs,
  hostsAndPorts,
  httpUrl,
  integer,
  ladder,
  mailbox,
  oneOf,
  port,
  secret,
  secretUrl,
  share,
  text,
} from './setting-kinds.js';
import type { z } from 'zod';

/*
 * The settings that services share, as groups of fields to spread into `defineSettings`. Names and defaults are a
 * promise to operators: add to them, rename none.
 */

/** https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration */
const SAMPLERS = [
  'parentbased_always_on',
  'parentbased_traceidratio',
  'parentbased_always_off',
  'always_on',
  'traceidratio',
  'always_off',
] as const;

/** OpenTelemetry's own names; the SDK reads the other `OTEL_*` (batching, attributes, headers) by itself. */
export const telemetrySettings = {
  /** Where traces go, by OTLP over HTTP; left out: nowhere, and none are made. */
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl('http://127.0.0.1:4318').optional(),
  OTEL_TRACES_SAMPLER: oneOf(SAMPLERS).default('parentbased_always_on'),
  /** The share of traces that is kept, for the two samplers by ratio. */
  OTEL_TRACES_SAMPLER_ARG: share().default(1),
};

/** What every service has. */
export const commonSettings = {
  ...telemetrySettings,
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** The address to listen on; 0.0.0.0 in a container. */
  HOST: text('an address of this machine', '0.0.0.0').default('127.0.0.1'),
  /** How long a shutdown may take before the process ends anyway, in milliseconds. */
  SHUTDOWN_TIMEOUT: durationMs('25s').default(25_000),
};

/** Where health and metrics are served, for services that serve nothing else. */
export function healthSettings(defaultPort: number) {
  return { HEALTH_PORT: port(String(defaultPort)).default(defaultPort) };
}

const SASL = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];

export const kafkaSettings = {
  KAFKA_BROKERS: hostsAndPorts('127.0.0.1:9092').default(['127.0.0.1:9092']),
  KAFKA_TLS: bool().default(false),
  KAFKA_SASL_MECHANISM: oneOf(['plain', 'scram-sha-256', 'scram-sha-512'], SASL).optional(),
  KAFKA_SASL_USERNAME: secret('a user name', 'recho', SASL).optional(),
  KAFKA_SASL_PASSWORD: secret("the user's password", '<password>', SASL).optional(),
  /** Of every topic. */
  PARTITIONS: integer(1, 1000).default(12),
};

export const databaseSettings = {
  DATABASE_URL: secretUrl(['postgres:', 'postgresql:'], 'postgres://user:password@127.0.0.1:5432/recho'),
};

/** Credentials at rest; see SecretBox. */
export const secretsSettings = { SECRETS_KEY: base64Keys() };

/** What a customer may register as a target. */
export const targetSettings = {
  ALLOW_HTTP_TARGETS: bool().default(false),
  ALLOW_PRIVATE_TARGETS: bool().default(false),
};

export const deliverySettings = {
  ...targetSettings,
  RETRY_LADDER: ladder().default([5_000, 15_000, 45_000, 135_000, 405_000, 1_215_000]),
  /** Of one attempt, in milliseconds. */
  DELIVERY_TIMEOUT: durationMs('10s').default(10_000),
  /** Attempts at the same time, in one process. */
  MAX_IN_FLIGHT: integer(1, 100_000).default(256),
  MAX_IN_FLIGHT_PER_ENDPOINT: integer(1, 100_000).default(64),
};

/** All that a delivery service reads, whatever it delivers to. */
export function deliveryServiceSettings(defaultHealthPort: number) {
  return {
    ...commonSettings,
    ...healthSettings(defaultHealthPort),
    ...kafkaSettings,
    ...databaseSettings,
    ...secretsSettings,
    ...deliverySettings,
  };
}

/** Our own mail server, and who the mails are from. */
export const mailSettings = {
  SMTP_URL: secretUrl(['smtp:', 'smtps:'], 'smtps://user:password@smtp.example.com:465'),
  MAIL_FROM: mailbox('Recho Notify <notify@example.com>'),
};

/** How long the history is kept. */
export const retentionSettings = { RETENTION_DAYS: integer(1, 3650).default(30) };

/** What `createKafka` of libs/kafka wants of the settings. */
export function kafkaConnection(settings: Omit<z.output<z.ZodObject<typeof kafkaSettings>>, 'PARTITIONS'>) {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = settings;
  const sasl =
    mechanism === undefined || username === undefined || password === undefined
      ? {}
      : { sasl: { mechanism, username, password } };
  return { brokers: settings.KAFKA_BROKERS, tls: settings.KAFKA_TLS, ...sasl };
}
