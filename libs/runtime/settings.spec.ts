import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  commonSettings,
  databaseSettings,
  deliverySettings,
  kafkaConnection,
  kafkaSettings,
  secretsSettings,
} from './setting-groups.js';
import { bool, integer, secret } from './setting-kinds.js';
import { defineSettings, loadSettings, SettingsError } from './settings.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const schema = defineSettings({
  ...commonSettings,
  ...kafkaSettings,
  ...databaseSettings,
  ...secretsSettings,
  ...deliverySettings,
});
const REQUIRED = { DATABASE_URL: 'postgres://u:p@127.0.0.1/db', SECRETS_KEY: KEY };

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    loadSettings(schema, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('loadSettings', () => {
  it('needs only what has no default', () => {
    expect(loadSettings(schema, REQUIRED)).toEqual({
      ...REQUIRED,
      SECRETS_KEY: [Buffer.alloc(32, 7)],
      OTEL_TRACES_SAMPLER_ARG: 1,
      TRACES_PER_SECOND: 100,
      LOG_LEVEL: 'info',
      HOST: '127.0.0.1',
      SHUTDOWN_TIMEOUT: 25_000,
      KAFKA_BROKERS: ['127.0.0.1:9092'],
      KAFKA_TLS: false,
      PARTITIONS: 12,
      RETRY_LADDER: [5_000, 15_000, 45_000, 135_000, 405_000, 1_215_000],
      DELIVERY_TIMEOUT: 10_000,
      MAX_IN_FLIGHT: 256,
      MAX_IN_FLIGHT_PER_ENDPOINT: 64,
      BREAKER_FAILURES: 20,
      ALLOW_HTTP_TARGETS: false,
      ALLOW_PRIVATE_TARGETS: false,
    });
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(loadSettings(schema, REQUIRED))).toBe(true);
  });

  it('reports every fault at once, each with its name, its value, what is expected and an example', () => {
    const faults = faultsOf({
      SECRETS_KEY: 'short',
      PARTITIONS: 'twelve',
      ALLOW_HTTP_TARGETS: 'yes',
      KAFKA_BROKERS: 'localhost',
    });
    expect(faults).toHaveLength(5);
    expect(faults).toContainEqual(
      'KAFKA_BROKERS is "localhost": expected host:port, more of them separated by commas, for example KAFKA_BROKERS=127.0.0.1:9092',
    );
    expect(faults).toContainEqual(
      'PARTITIONS is "twelve": expected a whole number from 1 to 1000, for example PARTITIONS=1',
    );
    expect(faults).toContainEqual(
      'ALLOW_HTTP_TARGETS is "yes": expected true or false, for example ALLOW_HTTP_TARGETS=true',
    );
    expect(faults.filter((fault) => fault.startsWith('DATABASE_URL is not set: expected a URL'))).toHaveLength(1);
  });

  it('never shows a secret that is wrong', () => {
    const faults = faultsOf({ DATABASE_URL: 'mysql://u:hunter2@db/x', SECRETS_KEY: 'hunter2' }).join('\n');
    expect(faults).not.toContain('hunter2');
    expect(faults).toContain('SECRETS_KEY is (7 characters, not shown)');
  });

  it('takes an empty variable for one that is not set', () => {
    expect(loadSettings(schema, { ...REQUIRED, PARTITIONS: '' }).PARTITIONS).toBe(12);
    expect(faultsOf({ ...REQUIRED, SECRETS_KEY: '' })).toHaveLength(1);
  });

  it('names what is missing of a set that belongs together', () => {
    expect(faultsOf({ ...REQUIRED, KAFKA_SASL_USERNAME: 'me' })).toEqual([
      expect.stringMatching(/^KAFKA_SASL_MECHANISM is not set: .* \(needed because KAFKA_SASL_USERNAME is set\)$/),
      expect.stringMatching(/^KAFKA_SASL_PASSWORD is not set: /),
    ]);
    expect(
      faultsOf({ ...REQUIRED, KAFKA_SASL_USERNAME: 'me', KAFKA_SASL_PASSWORD: 'x', KAFKA_SASL_MECHANISM: 'plain' }),
    ).toEqual([]);
  });

  it('has words for a field of plain zod too', () => {
    expect(() => loadSettings(defineSettings({ NAME: z.string().min(3) }), { NAME: 'ab' })).toThrow(
      /NAME is "ab": .*3/,
    );
  });

  it('ignores variables that are not its own', () => {
    expect(loadSettings(defineSettings({ A: bool() }), { A: 'true', B: 'x' })).toEqual({ A: true });
  });

  it('counts in the title', () => {
    const two = defineSettings({ A: integer(1, 2), B: secret('a word', 'x') });
    expect(() => loadSettings(two, {})).toThrow(/^2 settings are wrong:\n {2}A is not set.*\n {2}B is not set/);
    expect(() => loadSettings(two, { A: '1' })).toThrow(/^A setting is wrong:/);
  });
});

describe('kafkaConnection', () => {
  it('has no sasl unless it is configured', () => {
    const plain = loadSettings(defineSettings(kafkaSettings), { KAFKA_BROKERS: 'a:1, b:2', KAFKA_TLS: 'true' });
    expect(kafkaConnection(plain)).toEqual({ brokers: ['a:1', 'b:2'], tls: true });
  });

  it('passes the credentials on as they are', () => {
    const env = { KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: ' p ' };
    const { sasl } = kafkaConnection(loadSettings(defineSettings(kafkaSettings), env)) as { sasl?: object };
    expect(sasl).toEqual({ mechanism: 'scram-sha-512', username: 'u', password: ' p ' });
  });
});
