import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  differentContainers,
  imageFaults,
  mountFaults,
  privilegeFaults,
  variableFaults,
} from './compose/containers.js';
import { readCompose, variablesOf } from './compose/document.js';
import { readGround, type Ground } from './compose/ground.js';
import { kafkaFaults, portFaults, scrapeFaults } from './compose/network.js';
import {
  differentSettings,
  graceFaults,
  healthFaults,
  programFaults,
  receiverFaults,
  settingFaults,
  startFaults,
} from './compose/programs.js';
import { TWINS } from './compose/twins.js';

/*
 * What Compose's own loader (`npm run compose`) does not see in docker-compose.yml. Oracles: the settings objects, the local
 * cluster of deploy/k8s, the table of docs/compose.md, .env.example, and the settings of Prometheus and Grafana. Each rule is
 * a function; its twins break one thing and see it told.
 */

const GROUND = readGround();

const RULES: Readonly<Record<string, (ground: Ground) => string[]>> = {
  'every program is there and runs as in a cluster; the image is built once': programFaults,
  'every variable is a setting that the program reads, and its settings object takes what is given': settingFaults,
  'settings are those of the local cluster': differentSettings,
  'a service has longer to end than its own bound': graceFaults,
  'a program starts when what it needs is there, and services start again': startFaults,
  'every service is asked for its health': healthFaults,
  'delivery services reach a receiver on this machine': receiverFaults,
  'no container has privileges': privilegeFaults,
  'versions, memory and servers are those of the local cluster': differentContainers,
  'images have a version, and memory a bound': imageFaults,
  'what is published is on loopback alone, listened on, and documented': portFaults,
  'Kafka tells each client an address that it reaches': kafkaFaults,
  'Prometheus scrapes every service, and Grafana reads from it': scrapeFaults,
  'what is mounted is there, and only to be read': mountFaults,
  'a variable of docker-compose.yml stands in .env.example with its default, and no other does': variableFaults,
};

describe('docker-compose.yml', () => {
  it.each(Object.entries(RULES))('%s', (_, rule) => {
    expect(rule(GROUND)).toEqual([]);
  });
});

describe('a rule tells', () => {
  const twins = Object.entries(TWINS).flatMap(([rule, all]) => all.map((twin) => [rule, twin[1], twin] as const));

  it.each(twins)('(%s) when it is broken: %s', (rule, _, [breakIt, told]) => {
    const ground = structuredClone(GROUND);
    breakIt(ground);
    expect(RULES[rule]!(ground).join('\n')).toMatch(told);
  });

  it('each has a twin', () => {
    expect(Object.keys(TWINS)).toEqual(Object.keys(RULES));
  });
});

describe('a service is healthy', () => {
  let status = 200;
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url);
    response.writeHead(status).end();
  });
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => void server.close());

  /** The command as Docker runs it in the container. @returns its exit code: 0 is healthy. */
  async function check(port: number): Promise<number> {
    const [, command, ...args] = GROUND.compose.services['router']!.healthcheck!.test;
    expect(command).toBe('node');
    const child = spawn(process.execPath, args, { env: { HEALTH_PORT: String(port) }, stdio: 'inherit' });
    return ((await once(child, 'exit')) as [number])[0];
  }

  it('when it is ready, and not when it is red or does not answer', async () => {
    const { port } = server.address() as AddressInfo;
    status = 200;
    expect(await check(port)).toBe(0);
    status = 503;
    expect(await check(port)).toBe(1);
    expect(asked).toEqual(['/health/ready', '/health/ready']);
    server.close();
    await once(server, 'close');
    expect(await check(port)).toBe(1);
  });
});

describe('what Compose puts in for a variable', () => {
  it('is its default, and a dollar for two', () => {
    const { services } = readCompose('services: { a: { image: "${NAME:-b}:1", command: ["$${x}"] } }');
    expect(services['a']).toEqual({ image: 'b:1', command: ['${x}'] });
  });

  it.each(['$NAME', '${NAME}', '${NAME:?set it}'])('is refused without a default: %s', (text) => {
    expect(() => readCompose(`services: { a: { image: "${text}" } }`)).toThrow('a variable without a default');
  });

  it('has one default', () => {
    expect(() => variablesOf('${A:-1} ${A:-2}')).toThrow('A has two defaults');
  });
});
