import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { REPOSITORY } from '../../tools/stack/repository.js';

/** The parts of Kubernetes' objects that the rules look at; https://kubernetes.io/docs/reference/kubernetes-api/ has all. */
export type Labels = Readonly<Record<string, string>>;

export interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

interface KeyRef {
  name: string;
  key: string;
  optional?: boolean;
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: KeyRef; configMapKeyRef?: KeyRef };
}

export interface Probe {
  httpGet?: { path: string; port: string | number };
  tcpSocket?: { port: string | number };
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  ports?: { name: string; containerPort: number }[];
  env?: EnvVar[];
  envFrom?: { configMapRef: { name: string } }[];
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  lifecycle?: { preStop?: { sleep?: { seconds: number } } };
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
  securityContext?: {
    allowPrivilegeEscalation?: boolean;
    readOnlyRootFilesystem?: boolean;
    privileged?: boolean;
    capabilities?: { drop?: string[]; add?: string[] };
  };
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  enableServiceLinks?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext?: {
    runAsNonRoot?: boolean;
    runAsUser?: number;
    runAsGroup?: number;
    seccompProfile?: { type: string };
  };
  volumes?: Record<string, unknown>[];
}

export interface Peer {
  ipBlock?: { cidr: string; except?: string[] };
  namespaceSelector?: Selector;
  podSelector?: Selector;
}

export interface PolicyRule {
  to?: Peer[];
  from?: Peer[];
  ports?: { protocol: string; port: string | number }[];
}

/** One object of a cluster; which fields its spec has depends on its kind. */
export interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Labels };
  data?: Record<string, string>;
  automountServiceAccountToken?: boolean;
  spec: {
    replicas?: number;
    selector?: Selector & Record<string, unknown>;
    template?: { metadata: { labels: Labels }; spec: PodSpec };
    ports?: { name: string; port: number; targetPort: string | number }[];
    maxUnavailable?: number;
    minAvailable?: number;
    minReplicas?: number;
    maxReplicas?: number;
    minReplicaCount?: number;
    maxReplicaCount?: number;
    scaleTargetRef?: { name: string; envSourceContainerName?: string };
    triggers?: { type: string; metadata: Record<string, string> }[];
    podSelector?: Selector;
    policyTypes?: string[];
    ingress?: PolicyRule[];
    egress?: PolicyRule[];
    endpoints?: { port: string; path: string }[];
  };
}

export type Cluster = readonly Manifest[];

export const OVERLAYS = ['local', 'production', 'production-options'] as const;

interface Renderer {
  render(overlay: string): string;
}

/** Plain JavaScript, as `npm run manifests` is. */
const { render } = (await import(join(REPOSITORY, 'tools', 'manifests.mjs'))) as Renderer;

/** What `kubectl kustomize` makes of an overlay. @throws Error that says what to install when there is no kubectl. */
export function renderOverlay(name: string): Cluster {
  return parseAllDocuments(render(name)).map((document) => document.toJS() as Manifest);
}

/** A Deployment, a StatefulSet or a Job: what makes pods. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly labels: Labels;
  readonly pod: PodSpec;
  readonly container: Container;
  readonly manifest: Manifest;
  /** Of this product, not of what the local overlay brings along. */
  readonly ours: boolean;
}

export function workloadsOf(cluster: Cluster): Workload[] {
  return cluster.flatMap((manifest) => {
    const { template } = manifest.spec ?? {};
    const container = template?.spec.containers[0];
    if (template === undefined || container === undefined) return [];
    const { labels } = template.metadata;
    const ours = labels['app.kubernetes.io/part-of'] === 'recho-notify';
    const { kind, metadata } = manifest;
    return [{ kind, name: metadata.name, labels, pod: template.spec, container, manifest, ours }];
  });
}

export function ofKind(cluster: Cluster, kind: string): Manifest[] {
  return cluster.filter((manifest) => manifest.kind === kind);
}

/** An empty selector matches everything. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`the rules know no selector "${operator}": teach them`);
      return values.includes(labels[key] ?? '');
    })
  );
}

/** Of a quantity such as `1Gi`; NaN when it is in another unit. */
export function mebibytes(quantity: string | undefined): number {
  const [, number, unit] = /^(\d+)(Mi|Gi)$/.exec(quantity ?? '') ?? [];
  return Number(number ?? NaN) * (unit === 'Gi' ? 1024 : 1);
}
