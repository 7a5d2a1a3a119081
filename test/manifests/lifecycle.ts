import { loadSettings } from '#libs/runtime';
import { TOPICS, KINDS } from '#libs/kafka';
import { SERVICE_SETTINGS } from '../../tools/settings/service-settings.js';
import { ofKind, selects, workloadsOf, type Cluster, type Manifest } from './objects.js';
import { environmentOf } from './settings.js';

/** The least and the most pods of a Deployment: its own number, or its autoscaler's. */
function replicasOf(cluster: Cluster, deployment: Manifest): { readonly least: number; readonly most: number } {
  const scaler = scalersOf(cluster).find(({ spec }) => spec.scaleTargetRef?.name === deployment.metadata.name)?.spec;
  const own = deployment.spec.replicas ?? 1;
  return {
    least: scaler?.minReplicas ?? scaler?.minReplicaCount ?? own,
    most: scaler?.maxReplicas ?? scaler?.maxReplicaCount ?? own,
  };
}

function scalersOf(cluster: Cluster): Manifest[] {
  return ['HorizontalPodAutoscaler', 'ScaledObject'].flatMap((kind) => ofKind(cluster, kind));
}

function settingsOf(cluster: Cluster, name: string): Record<string, unknown> {
  const workload = workloadsOf(cluster).find((one) => one.name === name);
  const schema = SERVICE_SETTINGS[name];
  return workload === undefined || schema === undefined
    ? {}
    : loadSettings(schema, environmentOf(cluster, workload, []));
}

/** No group has more members than partitions; what scales it is one, exists, and watches its own topic. */
export function scalingFaults(cluster: Cluster): string[] {
  const faults: string[] = [];
  for (const name of Object.keys(SERVICE_SETTINGS)) {
    const deployment = ofKind(cluster, 'Deployment').find(({ metadata }) => metadata.name === name);
    if (deployment === undefined) continue;
    const { PARTITIONS: partitions } = settingsOf(cluster, name);
    const { most } = replicasOf(cluster, deployment);
    if (name !== 'api' && most > Number(partitions))
      faults.push(`${name} may have ${most} pods, and ${String(partitions)} partitions`);
    const scalers = scalersOf(cluster).filter(({ spec }) => spec.scaleTargetRef?.name === name);
    if (scalers.length > 1) faults.push(`${name} has ${scalers.length} autoscalers`);
    if (scalers.length > 0 && deployment.spec.replicas !== undefined)
      faults.push(`${name} has an autoscaler and a number of replicas, which undoes it at every apply`);
  }
  for (const { kind, metadata, spec } of scalersOf(cluster)) {
    const target = workloadsOf(cluster).find(({ name }) => name === spec.scaleTargetRef?.name);
    if (target === undefined)
      faults.push(`${kind} ${metadata.name} scales ${spec.scaleTargetRef?.name}, which there is not`);
    if (target?.container.resources?.requests?.['cpu'] === undefined)
      faults.push(`${kind} ${metadata.name} scales by a share of requested CPU, of which nothing is requested`);
    const lag = spec.triggers?.find(({ type }) => type === 'kafka')?.metadata;
    if (lag !== undefined && lag['topic'] !== TOPIC_OF[metadata.name])
      faults.push(`${kind} ${metadata.name} watches ${lag['topic']}, not ${TOPIC_OF[metadata.name]}`);
    if (lag !== undefined && lag['consumerGroup'] !== metadata.name)
      faults.push(`${kind} ${metadata.name} watches the group ${lag['consumerGroup']}`);
  }
  return faults;
}

/** What each service consumes; its group has its name. */
const TOPIC_OF: Readonly<Record<string, string>> = {
  router: TOPICS.events,
  recorder: TOPICS.attempts,
  ...Object.fromEntries(KINDS.map((kind) => [`delivery-${kind}`, TOPICS.jobs(kind)])),
};

/** The cluster waits longer than a service's own bound, and that is longer than the drain: DELIVERY_TIMEOUT at most. */
export function graceFaults(cluster: Cluster): string[] {
  return workloadsOf(cluster)
    .filter(({ name }) => name in SERVICE_SETTINGS)
    .flatMap(({ name, pod, container }) => {
      const { SHUTDOWN_TIMEOUT: bound, DELIVERY_TIMEOUT: drain = 0 } = settingsOf(cluster, name);
      const grace = (pod.terminationGracePeriodSeconds ?? 30) * 1000;
      const before = (container.lifecycle?.preStop?.sleep?.seconds ?? 0) * 1000;
      return [
        ...(grace > before + Number(bound)
          ? []
          : [`${name} is killed after ${grace} ms: before SHUTDOWN_TIMEOUT, ${String(bound)} ms`]),
        ...(Number(bound) > Number(drain)
          ? []
          : [`${name} ends after ${String(bound)} ms, its drain may take ${String(drain)}`]),
      ];
    });
}

/** A node can be emptied: some pod of each budget may always go. And each service has a budget. */
export function budgetFaults(cluster: Cluster): string[] {
  const deployments = ofKind(cluster, 'Deployment');
  const budgets = ofKind(cluster, 'PodDisruptionBudget');
  const matches = (budget: Manifest, deployment: Manifest) =>
    selects(budget.spec.selector ?? {}, deployment.spec.template?.metadata.labels ?? {});
  const faults: string[] = [];
  for (const budget of budgets) {
    const { metadata, spec } = budget;
    const matched = deployments.filter((deployment) => matches(budget, deployment));
    if (matched.length !== 1) faults.push(`the budget ${metadata.name} is of ${matched.length} Deployments, not one`);
    for (const deployment of matched) {
      const { least } = replicasOf(cluster, deployment);
      const mayGo = spec.minAvailable === undefined ? (spec.maxUnavailable ?? 0) : least - spec.minAvailable;
      if (mayGo < 1) faults.push(`the budget ${metadata.name} lets no pod go`);
    }
  }
  for (const name of Object.keys(SERVICE_SETTINGS)) {
    const deployment = deployments.find(({ metadata }) => metadata.name === name);
    if (deployment !== undefined && !budgets.some((budget) => matches(budget, deployment)))
      faults.push(`${name} has no budget`);
  }
  return faults;
}

/** What is applied first, before any service. */
const FIRST = 'recho-notify/first';

/** The jobs that make topics and tables can be applied first: with all that they need, and without a service. */
export function firstFaults(cluster: Cluster): string[] {
  const isFirst = ({ metadata }: Manifest) => metadata.labels?.[FIRST] === 'true';
  const first = new Set(cluster.filter(isFirst).map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  const jobs = workloadsOf(cluster).filter(({ kind }) => kind === 'Job');
  const needed = jobs.flatMap(({ name, pod, container }) => [
    `Job ${name}`,
    `ServiceAccount ${pod.serviceAccountName}`,
    ...(container.env ?? []).flatMap(({ valueFrom: { configMapKeyRef: map, secretKeyRef: secret } = {} }) => [
      ...(map === undefined ? [] : [`ConfigMap ${map.name}`]),
      // Elsewhere than here it is not in the repository.
      ...(secret === undefined || ofKind(cluster, 'Secret').length === 0 ? [] : [`Secret ${secret.name}`]),
    ]),
    ...ofKind(cluster, 'Namespace').map(({ metadata }) => `Namespace ${metadata.name}`),
    ...ofKind(cluster, 'NetworkPolicy').map(({ metadata }) => `NetworkPolicy ${metadata.name}`),
  ]);
  const missing = [...new Set(needed)].filter((one) => !first.has(one));
  const services = [...first].filter((one) => one.startsWith('Deployment '));
  return [
    ...(jobs.length === 2 ? [] : [`${jobs.length} jobs make topics and tables, not two`]),
    ...missing.map((one) => `${one} is not applied first, and a job needs it`),
    ...services.map((one) => `${one} is applied before topics and tables are there`),
  ];
}
