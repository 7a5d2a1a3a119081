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
 * promise to operators: add to them, rename none. What `.describe` says, last of all, is the row in docs/settings.md
 * (`npm run settings`).
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
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl('http://127.0.0.1:4318')
    .optional()
    .describe('where traces go, by OTLP over HTTP: `http://jaeger:4318`; not set: none are made'),
  OTEL_TRACES_SAMPLER: oneOf(SAMPLERS)
    .optional()
    .describe(
      "which traces are kept, instead of `TRACES_PER_SECOND`: OpenTelemetry's samplers; with the `parentbased_` ones, what fails is always kept",
    ),
  OTEL_TRACES_SAMPLER_ARG: share()
    .default(1)
    .describe('the share of traces that is kept, for the two samplers by ratio'),
  TRACES_PER_SECOND: integer(0, 1_000_000)
    .default(100)
    .describe(
      'new traces that one process begins in a second, at most, unless `OTEL_TRACES_SAMPLER` says which; what a producer has decided is obeyed, and what fails is always kept',
    ),
};

/** What every service has. */
export const commonSettings = {
  ...telemetrySettings,
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('`trace`, `debug`, `info`, `warn`, `error`, `fatal`, `silent`'),
  HOST: text('an address of this machine', '0.0.0.0')
    .default('127.0.0.1')
    .describe('the address to listen on; `0.0.0.0` in a container'),
  SHUTDOWN_TIMEOUT: durationMs('25s').default(25_000).describe('after it a shutdown ends anyway'),
};

/** Where health and metrics are served, for services that serve nothing else. */
export function healthSettings(defaultPort: number) {
  return { HEALTH_PORT: port(String(defaultPort)).default(defaultPort).describe('health and metrics') };
}

const SASL = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];

export const kafkaSettings = {
  KAFKA_BROKERS: hostsAndPorts('127.0.0.1:9092')
    .default(['127.0.0.1:9092'])
    .describe('`host:port`, several separated by commas'),
  KAFKA_TLS: bool().default(false).describe('TLS to the brokers'),
  KAFKA_SASL_MECHANISM: oneOf(['plain', 'scram-sha-256', 'scram-sha-512'], SASL)
    .optional()
    .describe('`plain`, `scram-sha-256` or `scram-sha-512`, with a user name and a password'),
  KAFKA_SASL_USERNAME: secret('a user name', 'recho', SASL).optional().describe('the user at the brokers'),
  KAFKA_SASL_PASSWORD: secret("the user's password", '<password>', SASL).optional().describe("that user's password"),
  PARTITIONS: integer(1, 1000).default(12).describe('of every topic, when topics are made'),
};

export const databaseSettings = {
  DATABASE_URL: secretUrl(['postgres:', 'postgresql:'], 'postgres://user:password@127.0.0.1:5432/recho').describe(
    'PostgreSQL',
  ),
};

/** Credentials at rest; see SecretBox. */
export const secretsSettings = {
  SECRETS_KEY: base64Keys().describe(
    '32 bytes in base64: encrypts credentials at rest; while a key is replaced, the new one, a comma, the old one',
  ),
};

/** What a customer may register as a target. */
export const targetSettings = {
  ALLOW_HTTP_TARGETS: bool().default(false).describe('plain http targets; for development'),
  ALLOW_PRIVATE_TARGETS: bool().default(false).describe('private and loopback targets; for development'),
};

export const deliverySettings = {
  ...targetSettings,
  RETRY_LADDER: ladder()
    .default([5_000, 15_000, 45_000, 135_000, 405_000, 1_215_000])
    .describe(
      'the delays before the retries, 1 to 8; each is a topic (`npm start` makes them), and topics for another number are refused',
    ),
  DELIVERY_TIMEOUT: durationMs('10s').default(10_000).describe('of one attempt'),
  MAX_IN_FLIGHT: integer(1, 100_000)
    .default(256)
    .describe('attempts at the same time in one process; at most so many of healthy calls are repeated after a crash'),
  MAX_IN_FLIGHT_PER_ENDPOINT: integer(1, 100_000)
    .default(64)
    .describe(
      'of those, at one endpoint; less while it does not answer in time, and never more than is left for all others',
    ),
  BREAKER_FAILURES: integer(0, 100_000)
    .default(20)
    .describe(
      'events in a row that an endpoint fails before it is left alone for a while, in one process; 0: it never is (ADR 13)',
    ),
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
  SMTP_URL: secretUrl(['smtp:', 'smtps:'], 'smtps://user:password@smtp.example.com:465').describe(
    'your mail server: `smtps://user:password@host:465`, or `smtp://…`, which goes over to TLS when the server offers it (with a password, unless it is on this machine, or with `?requireTLS=true`: or not at all); checked by its certificate',
  ),
  MAIL_FROM: mailbox('Recho Notify <notify@example.com>').describe(
    'whom mails are from: an address, or `Recho Notify <notify@example.com>`; its domain is that of their `Message-ID`',
  ),
};

export const retentionSettings = {
  RETENTION_DAYS: integer(1, 3650).default(30).describe('how long the history is kept'),
};

/** What `createKafka` of libs/kafka wants of the settings. */
export function kafkaConnection(settings: Omit<z.output<z.ZodObject<typeof kafkaSettings>>, 'PARTITIONS'>) {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = settings;
  const sasl =
    mechanism === undefined || username === undefined || password === undefined
      ? {}
      : { sasl: { mechanism, username, password } };
  return { brokers: settings.KAFKA_BROKERS, tls: settings.KAFKA_TLS, ...sasl };
}
