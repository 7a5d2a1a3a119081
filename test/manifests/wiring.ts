import { SERVICE_SETTINGS } from '../../tools/settings/service-settings.js';
import { SERVICE_FLAGS } from '../../tools/stack/node-flags.js';
import { ofKind, selects, workloadsOf, type Cluster, type Container, type PodSpec, type Workload } from './objects.js';

/* What belongs together in a cluster: each rule answers with one sentence for each fault. */

/** Selectors match the labels of pods. */
export function selectorFaults(cluster: Cluster): string[] {
  const workloads = workloadsOf(cluster);
  const faults: string[] = [];
  for (const { kind, name, labels, manifest } of workloads) {
    if (kind !== 'Job' && !selects(manifest.spec.selector ?? {}, labels))
      faults.push(`${kind} ${name} does not select its own pods`);
  }
  for (const { metadata, spec } of ofKind(cluster, 'Service')) {
    const matchLabels = spec.selector as Record<string, string>;
    const matched = workloads.filter(({ labels }) => selects({ matchLabels }, labels));
    if (matched.length !== 1) faults.push(`Service ${metadata.name} selects ${matched.length} workloads, not one`);
  }
  for (const { metadata, spec } of ofKind(cluster, 'ServiceMonitor')) {
    for (const name of Object.keys(SERVICE_SETTINGS)) {
      const service = ofKind(cluster, 'Service').find((one) => one.metadata.name === name);
      const seen = selects(spec.selector ?? {}, service?.metadata.labels ?? {});
      const port = service?.spec.ports?.some((one) => one.name === spec.endpoints?.[0]?.port) ?? false;
      if (!seen || !port) faults.push(`ServiceMonitor ${metadata.name} does not scrape ${name}`);
    }
  }
  return faults;
}

/** Services, probes and settings speak of the same ports. */
export function portFaults(cluster: Cluster): string[] {
  const workloads = workloadsOf(cluster);
  const faults: string[] = [];
  for (const { metadata, spec } of ofKind(cluster, 'Service')) {
    const target = workloads.find(({ labels }) =>
      selects({ matchLabels: spec.selector as Record<string, string> }, labels),
    );
    for (const { port, targetPort } of spec.ports ?? []) {
      const found = portOf(target?.container, targetPort);
      if (found !== port)
        faults.push(`Service ${metadata.name} has port ${port}, its pods ${found ?? 'none of that name'}`);
    }
  }
  for (const { name, container } of workloads) {
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
      const port = container[probe]?.httpGet?.port ?? container[probe]?.tcpSocket?.port;
      if (port !== undefined && portOf(container, port) === undefined)
        faults.push(`the ${probe} of ${name} asks port ${port}, which it has not`);
    }
  }
  for (const [name, { shape }] of Object.entries(SERVICE_SETTINGS)) {
    const container = workloads.find((workload) => workload.name === name)?.container;
    const field = shape['API_PORT'] ?? shape['HEALTH_PORT'];
    const listens = field === undefined ? undefined : (field as { parse(text?: string): unknown }).parse(undefined);
    const declared = portOf(container, 'http');
    if (declared !== listens) faults.push(`${name} listens on ${String(listens)}, its container says ${declared}`);
    const expected = { startupProbe: 'live', livenessProbe: 'live', readinessProbe: 'ready' } as const;
    for (const [probe, path] of Object.entries(expected) as [keyof typeof expected, string][]) {
      const asked = container?.[probe]?.httpGet?.path;
      if (asked !== `/health/${path}`) faults.push(`the ${probe} of ${name} asks ${asked}, not /health/${path}`);
    }
  }
  return faults;
}

function portOf(container: Container | undefined, port: string | number): number | undefined {
  return container?.ports?.find(({ name, containerPort }) => name === port || containerPort === port)?.containerPort;
}

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, and what we want beyond it. */
export function podSecurityFaults(cluster: Cluster): string[] {
  return workloadsOf(cluster).flatMap(({ name, pod, ours }) => {
    const faults = restrictedFaults(pod);
    if (pod.automountServiceAccountToken !== false) faults.push('gets a token of the API server');
    // Variables such as API_PORT=tcp://… of a Service named api would be read as settings.
    if (pod.enableServiceLinks !== false) faults.push('gets variables of Services in its environment');
    if (ours && pod.containers.some(({ securityContext }) => securityContext?.readOnlyRootFilesystem !== true))
      faults.push('may write to its root');
    return faults.map((fault) => `${name} ${fault}`);
  });
}

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

function restrictedFaults(pod: PodSpec): string[] {
  const faults: string[] = [];
  const { securityContext: all = {} } = pod;
  if (pod.hostNetwork || pod.hostPID || pod.hostIPC) faults.push('shares a namespace with its node');
  if (all.runAsNonRoot !== true || all.runAsUser === 0) faults.push('may run as root');
  if (all.seccompProfile?.type !== 'RuntimeDefault') faults.push('has no seccomp profile');
  for (const { securityContext: own = {} } of [...pod.containers, ...(pod.initContainers ?? [])]) {
    if (own.privileged) faults.push('is privileged');
    if (own.allowPrivilegeEscalation !== false) faults.push('may escalate privileges');
    if (!own.capabilities?.drop?.includes('ALL')) faults.push('keeps capabilities');
    if (own.capabilities?.add?.some((one) => one !== 'NET_BIND_SERVICE')) faults.push('adds capabilities');
  }
  for (const { name, ...source } of pod.volumes ?? []) {
    if (!Object.keys(source).every((kind) => VOLUMES.includes(kind)))
      faults.push(`has a volume ${String(name)} of a kind`);
  }
  return faults;
}

/** Every image has a version; ours stands for all services. */
export function imageFaults(cluster: Cluster): string[] {
  const workloads = workloadsOf(cluster);
  const images = new Set(workloads.filter(({ ours }) => ours).map(({ container }) => container.image));
  const faults = images.size === 1 ? [] : [`our pods have ${images.size} images: ${[...images].join(', ')}`];
  for (const { name, container } of workloads) {
    const tag = /:([^:/@]+)(@sha256:[0-9a-f]{64})?$/.exec(container.image)?.[1];
    if (tag === undefined || tag === 'latest') faults.push(`the image of ${name}, ${container.image}, has no version`);
  }
  return faults;
}

/** Beside the heap: buffers, code, stacks, the young generation. The most that was measured beyond a heap was below 150. */
const BESIDE_HEAP_MIB = 200;

/** The heap is bounded as everywhere, and the limit of memory is above it. */
export function memoryFaults(cluster: Cluster): string[] {
  const heap = Number(/--max-old-space-size=(\d+)/.exec(SERVICE_FLAGS.join(' '))?.[1]);
  return workloadsOf(cluster)
    .filter(({ ours }) => ours)
    .flatMap(({ name, container }) => {
      const flags = container.env?.find((one) => one.name === 'NODE_OPTIONS')?.value;
      const limit = mebibytes(container.resources?.limits?.['memory']);
      return [
        ...(flags === SERVICE_FLAGS.join(' ')
          ? []
          : [`NODE_OPTIONS of ${name} are not those of tools/stack/node-flags.ts`]),
        ...(limit >= heap + BESIDE_HEAP_MIB ? [] : [`${name} may have ${limit} MiB of memory, its heap alone ${heap}`]),
      ];
    });
}

export function mebibytes(quantity: string | undefined): number {
  const [, number, unit] = /^(\d+)(Mi|Gi)$/.exec(quantity ?? '') ?? [];
  return Number(number ?? NaN) * (unit === 'Gi' ? 1024 : 1);
}

/** Every service is there, runs its own program, and under an account of its own. */
export function serviceFaults(cluster: Cluster): string[] {
  const workloads = workloadsOf(cluster);
  const accounts = ofKind(cluster, 'ServiceAccount').map(({ metadata }) => metadata.name);
  const missing = Object.keys(SERVICE_SETTINGS).filter((name) => !workloads.some((one) => one.name === name));
  return [
    ...missing.map((name) => `there is no Deployment of ${name}`),
    ...workloads.filter(({ ours }) => ours).flatMap((workload) => programFaults(workload, accounts)),
  ];
}

function programFaults({ kind, name, pod, container }: Workload, accounts: readonly string[]): string[] {
  const [service, ...rest] = kind === 'Job' ? ['setup', name.replace('setup-', '')] : [name];
  const wanted = ['node', `dist/apps/${service}/main.js`, ...rest].join(' ');
  const command = (container.command ?? []).join(' ');
  const faults = command === wanted ? [] : [`${name} runs "${command}", not "${wanted}"`];
  if (pod.serviceAccountName !== service || !accounts.includes(service ?? ''))
    faults.push(`${name} has the account ${pod.serviceAccountName}, not ${service}`);
  return faults;
}
