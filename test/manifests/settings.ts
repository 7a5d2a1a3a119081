import type { z } from 'zod';
import { loadSettings, SettingsError, type Environment } from '#libs/runtime';
import { migrateSettings, topicsSettings } from '../../apps/setup/settings.js';
import { SERVICE_SETTINGS } from '../../tools/settings/service-settings.js';
import { ofKind, workloadsOf, type Cluster, type Workload } from './objects.js';

/** What each workload reads of its environment. */
export const WORKLOAD_SETTINGS: Readonly<Record<string, z.ZodObject>> = {
  ...SERVICE_SETTINGS,
  'setup-topics': topicsSettings,
  'setup-migrate': migrateSettings,
};

/** Node's own, and no settings. */
const OTHERS = ['NODE_OPTIONS', 'NODE_ENV'];

/** For a secret whose value is not in the repository: of its form. */
const LIKE_A_SECRET: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://user:password@postgres.example.com:5432/recho',
  SECRETS_KEY: Buffer.alloc(32).toString('base64'),
  ADMIN_TOKEN: 'a-token-for-the-check',
  SMTP_URL: 'smtps://user:password@smtp.example.com:465',
  KAFKA_SASL_USERNAME: 'user',
  KAFKA_SASL_PASSWORD: 'password',
};

/**
 * The environment as a container gets it. Optional keys of a Secret that is not in the repository are there.
 * @param faults gets a sentence for each reference to nothing.
 */
export function environmentOf(cluster: Cluster, { name, container }: Workload, faults: string[]): Environment {
  const env: Record<string, string> = {};
  const take = (kind: string, from: string) =>
    ofKind(cluster, kind).find(({ metadata }) => metadata.name === from)?.data;
  for (const { configMapRef } of container.envFrom ?? []) {
    if (!ofKind(cluster, 'ConfigMap').some(({ metadata }) => metadata.name === configMapRef.name))
      faults.push(`${name} takes its environment from a ConfigMap ${configMapRef.name}, which there is not`);
    Object.assign(env, take('ConfigMap', configMapRef.name));
  }
  for (const { name: variable, value, valueFrom = {} } of container.env ?? []) {
    const { configMapKeyRef: map, secretKeyRef: secret } = valueFrom;
    let text = value;
    if (map !== undefined) text = take('ConfigMap', map.name)?.[map.key];
    if (secret !== undefined) {
      const stored = take('Secret', secret.name);
      const encoded = stored?.[secret.key];
      text = encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
      if (stored === undefined) text = LIKE_A_SECRET[secret.key];
    }
    const reference = map ?? secret;
    if (text !== undefined) env[variable] = text;
    else if (reference?.optional !== true)
      faults.push(`${variable} of ${name} is key ${reference?.key} of ${reference?.name}, which there is not`);
  }
  return env;
}

/** Every variable is a setting of that service, all that it needs is there, and its settings object takes the values. */
export function settingFaults(cluster: Cluster): string[] {
  return workloadsOf(cluster)
    .filter(({ ours }) => ours)
    .flatMap((workload) => {
      const faults: string[] = [];
      const env = environmentOf(cluster, workload, faults);
      return [...faults, ...environmentFaults(workload.name, env)];
    });
}

/** The same of one program in a container, whatever runs it. */
export function environmentFaults(name: string, env: Environment): string[] {
  const schema = WORKLOAD_SETTINGS[name];
  if (schema === undefined) return [`${name} is none of our programs`];
  const faults = Object.keys(env)
    .filter((variable) => !(variable in schema.shape) && !OTHERS.includes(variable))
    .map((variable) => `${name} has ${variable}, which it does not read`);
  if ('HOST' in schema.shape && env['HOST'] !== '0.0.0.0')
    faults.push(`${name} cannot be reached: HOST is ${env['HOST']}`);
  try {
    loadSettings(schema, env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    faults.push(...error.faults.map((fault) => `${name}: ${fault}`));
  }
  return faults;
}

/** References to secrets name keys that are documented; no Secret stands in the repository but the local one. */
export function secretFaults(cluster: Cluster, documented: readonly string[], local: boolean): string[] {
  const faults = workloadsOf(cluster).flatMap(({ name, container }) =>
    (container.env ?? []).flatMap(({ name: variable, value, valueFrom }) => {
      const { secretKeyRef: secret } = valueFrom ?? {};
      if (secret === undefined) {
        return variable in LIKE_A_SECRET && value !== undefined ? [`${name} has ${variable} in clear`] : [];
      }
      const known = /^recho-secrets(-[a-z0-9]{10})?$/.test(secret.name) && documented.includes(secret.key);
      return known ? [] : [`${name} wants ${secret.key} of ${secret.name}: not documented`];
    }),
  );
  const secrets = ofKind(cluster, 'Secret').map(({ metadata }) => `the Secret ${metadata.name} is in the repository`);
  const maps = ofKind(cluster, 'ConfigMap').flatMap(({ metadata, data = {} }) =>
    Object.keys(data)
      .filter((key) => key in LIKE_A_SECRET)
      .map((key) => `${key} is a secret, and in the ConfigMap ${metadata.name}`),
  );
  const allowed = ofKind(cluster, 'ConfigMap').flatMap(({ metadata, data = {} }) =>
    Object.entries(data)
      .filter(([key, value]) => key.startsWith('ALLOW_') && value === 'true')
      .map(([key]) => `${metadata.name} turns ${key} on`),
  );
  return [...faults, ...maps, ...(local ? [] : [...secrets, ...allowed])];
}
