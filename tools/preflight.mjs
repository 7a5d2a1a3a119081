// What `npm start` needs of the machine, asked before anything is installed. Each fault is one sentence that says what
// to do. Runs on Node 20: Node's own modules only.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findJaeger } from './jaeger.mjs';
import { kafkaJarsDir } from './kafka-jars.mjs';

/** Everything of the stack that listens: the setting that moves it, where it listens by default, what it is. */
export const ADDRESSES = [
  { setting: 'API_PORT', port: 8080, what: 'the API' },
  { setting: 'ROUTER_HEALTH_PORT', port: 8081, what: "the router's health" },
  { setting: 'DELIVERY_SLACK_HEALTH_PORT', port: 8082, what: "delivery-slack's health" },
  { setting: 'DELIVERY_TEAMS_HEALTH_PORT', port: 8083, what: "delivery-teams' health" },
  { setting: 'DELIVERY_EMAIL_HEALTH_PORT', port: 8084, what: "delivery-email's health" },
  { setting: 'DELIVERY_CUSTOM_HEALTH_PORT', port: 8085, what: "delivery-custom's health" },
  { setting: 'RECORDER_HEALTH_PORT', port: 8086, what: "the recorder's health" },
  { setting: 'KAFKA_PORT', port: 9092, what: 'the embedded Kafka', unless: 'KAFKA_BROKERS' },
  { setting: 'POSTGRES_PORT', port: 54320, what: 'the embedded PostgreSQL', unless: 'DATABASE_URL' },
  { setting: 'SMTP_PORT', port: 1025, what: "the local inbox's mail server", unless: 'SMTP_URL' },
  { setting: 'INBOX_PORT', port: 1080, what: 'the local inbox', unless: 'SMTP_URL' },
  { setting: 'JAEGER_PORT', port: 16686, what: "Jaeger's page and query API", onlyWithJaeger: true },
  { setting: 'OTLP_PORT', port: 4318, what: "Jaeger's receiver (OTLP over HTTP)", onlyWithJaeger: true },
];

/** @returns {string | null} */
export function nodeFault(version = process.versions.node) {
  if (Number(version.split('.')[0]) >= 20) return null;
  return `Node ${version} is too old: install Node 20 or newer (https://nodejs.org) and run this again.`;
}

/** @param {string} root @returns {string | null} */
export function folderFault(root) {
  const data = join(root, '.data');
  try {
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
    mkdirSync(data, { recursive: true });
    accessSync(data, constants.R_OK | constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return `${existsSync(data) ? data : root} cannot be read and written (${error.code}): give yourself the rights, or clone the repository where you have them.`;
  }
}

/** @param {NodeJS.ProcessEnv} env @returns {string | null} */
export function javaFault(env) {
  if (env.KAFKA_BROKERS) return null;
  const instead = 'or set KAFKA_BROKERS to a Kafka of your own';
  const { error, stdout, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8', env });
  if (error) {
    return `Kafka needs Java 17 or newer, and there is no java on the PATH: install it (Debian: apt-get install openjdk-17-jre-headless), ${instead}.`;
  }
  // `openjdk version "17.0.15"`; Java 8 said "1.8.0".
  const release = Number(/version "(?:1\.)?(\d+)/.exec(stderr + stdout)?.[1] ?? 0);
  return release >= 17
    ? null
    : `Kafka needs Java 17 or newer, and java on the PATH is ${release || 'of unknown version'}: install Java 17, ${instead}.`;
}

/** @param {NodeJS.ProcessEnv} env @returns {string | null} */
export function mavenFault(env) {
  if (env.KAFKA_BROKERS || existsSync(kafkaJarsDir())) return null;
  if (!spawnSync('mvn', ['--version'], { env }).error) return null;
  return 'Maven is needed once, to fetch Kafka, and there is no mvn on the PATH: install it (Debian: apt-get install maven), or set KAFKA_BROKERS to a Kafka of your own.';
}

/** @param {NodeJS.ProcessEnv} env @returns {string | null} */
export function jaegerFault(env) {
  return findJaeger(env).fault;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ ports: Record<string, string>, fault: string | null }>} every port by its setting.
 */
export async function choosePorts(env) {
  const ports = {};
  const taken = new Map();
  const { bin: jaeger } = findJaeger(env);
  for (const { setting, port, what, unless, onlyWithJaeger } of ADDRESSES) {
    if ((unless && env[unless]) || (onlyWithJaeger && jaeger === null)) continue;
    const chosen = env[setting] || String(port);
    const number = /^\d{1,5}$/.test(chosen) ? Number(chosen) : 0;
    const twin = taken.get(number);
    const fault =
      number < 1 || number > 65_535
        ? `${setting} is ${JSON.stringify(chosen)}: set it to a port, 1 to 65535.`
        : twin !== undefined
          ? `${setting} and ${twin} are both ${number}: give them different ports.`
          : await portFault(number, what, setting);
    if (fault !== null) return { ports, fault };
    taken.set(number, setting);
    ports[setting] = String(number);
  }
  return { ports, fault: null };
}

function portFault(port, what, setting) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }) =>
      resolve(
        code === 'EADDRINUSE'
          ? `Port ${port}, for ${what}, is in use: end the program that listens there, or choose another port with ${setting}.`
          : `Port ${port}, for ${what}, cannot be opened (${code}): choose another port with ${setting}.`,
      ),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(null)));
  });
}
