import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings, SettingsError, type Environment } from '#libs/runtime';
import { SERVICE_SETTINGS } from '../../tools/settings/service-settings.js';
import { REPOSITORY } from '../../tools/stack/repository.js';
import { environmentFaults, environmentOf, WORKLOAD_SETTINGS } from '../manifests/settings.js';
import { environmentIn, type ComposeService } from './document.js';
import type { Ground } from './ground.js';

/* Of the services and the two jobs: each rule answers with one sentence for each fault. */

/** The settings of a program of ours as it loads them, or null when it does not start with them. */
export function settingsIn(name: string, env: Environment): Record<string, unknown> | null {
  try {
    return loadSettings(WORKLOAD_SETTINGS[name]!, env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return null; // environmentFaults says what is wrong with them
  }
}

/** Those of our programs that are there. */
export function programsIn({ compose }: Ground): [string, ComposeService][] {
  return Object.entries(compose.services).filter(([name]) => name in WORKLOAD_SETTINGS);
}

/** Every program is there and runs as in a cluster; one of them builds the image of all. */
export function programFaults(ground: Ground): string[] {
  const { compose, local } = ground;
  const missing = Object.keys(WORKLOAD_SETTINGS).filter((name) => !(name in compose.services));
  const others = programsIn(ground).flatMap(([name, { command = [], image }]) => {
    const { container } = local[name]!;
    const [runs, wanted] = [command.join(' '), container.command!.join(' ')];
    return [
      ...(runs === wanted ? [] : [`${name} runs "${runs}", not "${wanted}"`]),
      ...(image === container.image ? [] : [`${name} has the image ${image}, not ${container.image}`]),
    ];
  });
  const builders = Object.values(compose.services).filter(({ build }) => build !== undefined);
  const built = builders.map(({ image, build }) => `${image} of ${build!.context} by ${build!.dockerfile}`).join(', ');
  const expected = 'recho-notify:dev of . by deploy/docker/Dockerfile';
  return [
    ...missing.map((name) => `there is no ${name}`),
    ...others,
    ...builders
      .filter(({ build }) => !existsSync(join(REPOSITORY, build!.dockerfile)))
      .map(({ build }) => `there is no ${build!.dockerfile} to build an image by`),
    ...(built === expected ? [] : [`what is built is "${built}", not once "${expected}"`]),
  ];
}

/** Every variable is a setting of that program, and its settings object takes what is given. */
export function settingFaults(ground: Ground): string[] {
  return programsIn(ground).flatMap(([name, service]) => environmentFaults(name, environmentIn(service)));
}

/** What a program makes of its environment is the same here and in the local cluster. */
export function differentSettings(ground: Ground): string[] {
  return programsIn(ground).flatMap(([name, service]) => {
    const here = settingsIn(name, environmentIn(service)) ?? {};
    const there = settingsIn(name, environmentOf(ground.cluster, ground.local[name]!, [])) ?? {};
    return Object.keys(WORKLOAD_SETTINGS[name]!.shape)
      .filter((setting) => JSON.stringify(here[setting]) !== JSON.stringify(there[setting]))
      .map((setting) => `${setting} of ${name} is not that of deploy/k8s/overlays/local`);
  });
}

/** Seconds only: no other form stands in the file. */
const seconds = (text: string | undefined): number => Number(/^(\d+)s$/.exec(text ?? '10s')?.[1]);

/** Compose waits longer than a service's own bound. */
export function graceFaults(ground: Ground): string[] {
  return programsIn(ground).flatMap(([name, service]) => {
    const bound = settingsIn(name, environmentIn(service))?.['SHUTDOWN_TIMEOUT'];
    const grace = seconds(service.stop_grace_period) * 1000;
    return bound === undefined || grace > Number(bound)
      ? []
      : [`${name} is killed after ${grace} ms, its own bound is ${String(bound)}`];
  });
}

const SERVERS = { kafka: 'service_healthy', postgres: 'service_healthy' };
const JOBS = { 'setup-topics': 'service_completed_successfully', 'setup-migrate': 'service_completed_successfully' };

/** What each program finds when it starts; and only jobs end for good. */
export function startFaults(ground: Ground): string[] {
  const { services } = ground.compose;
  const faults = programsIn(ground).flatMap(([name, { depends_on: given = {}, restart }]) => {
    const job = !(name in SERVICE_SETTINGS);
    const server = name === 'setup-topics' ? 'kafka' : 'postgres';
    const wanted: Record<string, string> = job ? { [server]: SERVERS[server] } : { ...SERVERS, ...JOBS };
    const missed = Object.entries(wanted).filter(([other, condition]) => given[other]?.condition !== condition);
    const policy = job ? 'no' : 'unless-stopped';
    return [
      ...missed.map(([other, condition]) => `${name} does not wait for ${other}: ${condition}`),
      ...(restart === policy ? [] : [`the restart policy of ${name} is ${restart}, not ${policy}`]),
    ];
  });
  const unheard = Object.entries(services).flatMap(([name, { depends_on: given = {} }]) =>
    Object.entries(given)
      .filter(
        ([other, { condition }]) =>
          !(other in services) || (condition === 'service_healthy' && services[other]!.healthcheck === undefined),
      )
      .map(([other]) => `${name} waits for ${other}, which says nothing of its health or is not there`),
  );
  return [...faults, ...unheard];
}

/** Every service is asked for its health, all in one way; it reads the port from the environment, where it must stand. */
export function healthFaults(ground: Ground): string[] {
  const services = programsIn(ground).filter(([name]) => name in SERVICE_SETTINGS);
  const ways = new Set(services.map(([, { healthcheck }]) => JSON.stringify(healthcheck?.test)));
  const silent = services.filter(([, service]) => {
    const env = environmentIn(service);
    return env['API_PORT'] === undefined && env['HEALTH_PORT'] === undefined;
  });
  const untimed = Object.entries(ground.compose.services).flatMap(
    ([name, { healthcheck: { test: _, retries: __, ...times } = {} }]) =>
      Object.entries(times)
        .filter(([, text]) => !(seconds(text) > 0))
        .map(([key, text]) => `the ${key} of ${name}'s health check is ${text}, not seconds`),
  );
  return [
    ...untimed,
    ...(ways.size === 1 && !ways.has(JSON.stringify(undefined))
      ? []
      : ['services are asked for their health in several ways']),
    ...silent.map(([name]) => `${name} says no port, and is asked for its health there`),
  ];
}

/** Delivery services reach a receiver on this machine. */
export function receiverFaults(ground: Ground): string[] {
  return programsIn(ground)
    .filter(([name]) => name.startsWith('delivery-'))
    .filter(([, { extra_hosts: hosts = [] }]) => !hosts.includes('host.docker.internal:host-gateway'))
    .map(([name]) => `${name} does not know host.docker.internal`);
}
