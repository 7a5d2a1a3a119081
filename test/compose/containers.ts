import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../tools/stack/repository.js';
import { mebibytes } from '../manifests/objects.js';
import { WORKLOAD_SETTINGS } from '../manifests/settings.js';
import { environmentIn, type ComposeService } from './document.js';
import type { Ground } from './ground.js';

/* Of every container: each rule answers with one sentence for each fault. */

/** Compose's keys that give a container more than it has by itself. */
const PRIVILEGES = [
  ...['privileged', 'cap_add', 'devices', 'device_cgroup_rules', 'group_add', 'credential_spec', 'runtime'],
  ...['network_mode', 'pid', 'ipc', 'uts', 'userns_mode', 'cgroup', 'cgroup_parent', 'sysctls', 'volumes_from'],
];

/** No container has privileges, or can get any; ours write nothing to their root. */
export function privilegeFaults({ compose }: Ground): string[] {
  return Object.entries(compose.services).flatMap(([name, service]) => {
    const faults = PRIVILEGES.filter((key) => key in service).map((key) => `has ${key}`);
    if (service.cap_drop?.includes('ALL') !== true) faults.push('keeps capabilities');
    if (service.security_opt?.join() !== 'no-new-privileges:true') faults.push('may get new privileges');
    if (!/^[1-9]\d*:\d+$/.test(service.user ?? '')) faults.push('may run as root');
    if (name in WORKLOAD_SETTINGS && service.read_only !== true) faults.push('may write to its root');
    return faults.map((fault) => `${name} ${fault}`);
  });
}

/** Kafka is told of one more listener here. */
const OF_LISTENERS = ['KAFKA_LISTENERS', 'KAFKA_ADVERTISED_LISTENERS', 'KAFKA_LISTENER_SECURITY_PROTOCOL_MAP'];

/** What the local cluster has too is the same here: version, memory, user, and what other people's servers are told. */
export function differentContainers({ compose, local }: Ground): string[] {
  return Object.entries(local).flatMap(([name, { container, pod, ours }]) => {
    const service = compose.services[name];
    if (service === undefined) return [`there is no ${name}`];
    const { runAsUser, runAsGroup } = pod.securityContext ?? {};
    const told = ours ? {} : environmentIn(service);
    const telling = ours ? [] : (container.env ?? []);
    const variables = new Set([...Object.keys(told), ...telling.map((variable) => variable.name)]);
    const pairs: [string, unknown, unknown][] = [
      ['image', service.image, container.image],
      ['memory in MiB', limitOf(service), mebibytes(container.resources?.limits?.['memory'])],
      ['user', service.user, `${runAsUser}:${runAsGroup}`],
      ['read_only', service.read_only ?? false, container.securityContext?.readOnlyRootFilesystem ?? false],
      ...[...variables]
        .filter((variable) => !OF_LISTENERS.includes(variable))
        .map((variable): [string, unknown, unknown] => [
          variable,
          told[variable],
          telling.find((one) => one.name === variable)?.value,
        ]),
    ];
    return pairs
      .filter(([, here, there]) => here !== there)
      .map(([what, here, there]) => `${what} of ${name} is ${String(here)}, in the local cluster ${String(there)}`);
  });
}

function limitOf({ mem_limit: limit = '' }: ComposeService): number {
  const [, number, unit] = /^(\d+)(m|g)$/.exec(limit) ?? [];
  return Number(number ?? NaN) * (unit === 'g' ? 1024 : 1);
}

/** Whatever is not in the local cluster has a version and a bound of memory, too. */
export function imageFaults({ compose }: Ground): string[] {
  return Object.entries(compose.services).flatMap(([name, service]) => {
    const tag = /:([^:/@]+)$/.exec(service.image)?.[1];
    return [
      ...(tag === undefined || tag === 'latest' ? [`${name}, ${service.image}, has no version`] : []),
      ...(limitOf(service) > 0 ? [] : [`the memory of ${name} has no bound`]),
    ];
  });
}

/** A .env has effect on what .env.example says, which are the defaults. */
export function variableFaults({ variables, example }: Ground): string[] {
  return [...new Set([...Object.keys(variables), ...Object.keys(example)])]
    .filter((name) => variables[name] !== example[name])
    .map((name) => `${name} is ${example[name]} in .env.example, and ${variables[name]} in docker-compose.yml`);
}

/** What is mounted is a folder of the repository, to be read, or a volume of its own; Grafana finds its dashboards there. */
export function mountFaults({ compose, dashboards }: Ground): string[] {
  const mounts = Object.entries(compose.services).flatMap(([name, { volumes = [] }]) =>
    volumes.map((volume) => {
      const [source = '', target = '', mode] = volume.split(':');
      return { name, source, target, mode };
    }),
  );
  const folders = mounts.filter(({ source }) => /^[./]/.test(source));
  const named = mounts.filter((mount) => !folders.includes(mount));
  const unused = Object.keys(compose.volumes).filter((volume) => !named.some(({ source }) => source === volume));
  return [
    ...folders
      .filter(({ source }) => !source.startsWith('./deploy/') || !existsSync(join(REPOSITORY, source)))
      .map(({ name, source }) => `${name} mounts ${source}, which is no folder of deploy`),
    ...folders.filter(({ mode }) => mode !== 'ro').map(({ name, source }) => `${name} may write to ${source}`),
    ...named
      .filter(({ source }) => !(source in compose.volumes))
      .map(({ name, source }) => `${name} mounts ${source}, which is no volume`),
    ...unused.map((volume) => `nobody mounts the volume ${volume}`),
    ...(folders.some(
      ({ name, source, target }) => name === 'grafana' && /dashboards$/.test(source) && target === dashboards,
    )
      ? []
      : [`grafana has no dashboards at ${dashboards}`]),
  ];
}
