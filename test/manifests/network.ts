import {
  ofKind,
  selects,
  workloadsOf,
  type Cluster,
  type Manifest,
  type PolicyRule,
  type Workload,
} from './objects.js';
import { environmentOf, WORKLOAD_SETTINGS } from './settings.js';

/** Whose customers' endpoints are HTTPS. */
const CALL_TARGETS = ['delivery-slack', 'delivery-teams', 'delivery-custom'];
const DNS = 53;
const TARGETS = 443;
const POSTGRES = 5432;
const MAIL: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };

/** Ranges in which nothing of a customer is. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '127.0.0.0/8', '100.64.0.0/10'];

/** The ports that a workload must reach, by its own settings. */
function needsOf(cluster: Cluster, workload: Workload): Map<number, string> {
  const env = environmentOf(cluster, workload, []);
  const needs = new Map([[DNS, 'DNS']]);
  const reads = WORKLOAD_SETTINGS[workload.name]?.shape ?? {};
  if ('KAFKA_BROKERS' in reads) {
    for (const broker of (env['KAFKA_BROKERS'] ?? '').split(','))
      needs.set(Number(broker.split(':')[1]), 'KAFKA_BROKERS');
  }
  const addresses: [string, (url: URL) => number][] = [
    ['DATABASE_URL', () => POSTGRES],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', ({ protocol }) => (protocol === 'https:' ? 443 : 80)],
    ['SMTP_URL', ({ protocol }) => MAIL[protocol] ?? NaN],
  ];
  for (const [setting, usual] of addresses) {
    const text = setting in reads ? env[setting] : undefined;
    if (text === undefined) continue;
    const url = new URL(text);
    needs.set(url.port === '' ? usual(url) : Number(url.port), setting);
  }
  if (CALL_TARGETS.includes(workload.name)) needs.set(TARGETS, "customers' endpoints");
  return needs;
}

function policiesOf(cluster: Cluster, { labels }: Workload, type: 'Ingress' | 'Egress'): Manifest[] {
  return ofKind(cluster, 'NetworkPolicy').filter(
    ({ spec }) => spec.policyTypes?.includes(type) && selects(spec.podSelector ?? {}, labels),
  );
}

function portsOf(rules: readonly PolicyRule[]): (string | number)[] {
  return rules.flatMap(({ ports = [] }) => ports.map(({ port }) => port));
}

/** What a policy may give to whom; what others do not need, they do not get. */
const ONLY: readonly {
  readonly ports: readonly number[];
  readonly to: (name: string) => boolean;
  readonly what: string;
}[] = [
  { ports: [80, 443, 3000], to: (name) => CALL_TARGETS.includes(name), what: 'endpoints' },
  { ports: [25, 465, 587, 1025], to: (name) => name === 'delivery-email', what: 'mail servers' },
  { ports: [POSTGRES], to: (name) => name !== 'setup-topics', what: 'PostgreSQL' },
  { ports: [9092, 9093], to: (name) => name !== 'setup-migrate', what: 'Kafka' },
  { ports: [4318], to: (name) => !name.startsWith('setup-'), what: 'collectors of traces' },
  { ports: [DNS], to: () => true, what: 'DNS' },
];

/** Policies select pods that exist, let each service reach what its settings name, and no more. */
export function networkFaults(cluster: Cluster, local: boolean): string[] {
  const ours = workloadsOf(cluster).filter((workload) => workload.ours);
  return [
    ...ofKind(cluster, 'NetworkPolicy').flatMap((policy) => policyFaults(policy, ours, local)),
    ...ours.flatMap((workload) => [...egressFaults(cluster, workload), ...ingressFaults(cluster, workload)]),
  ];
}

function policyFaults({ metadata, spec }: Manifest, ours: readonly Workload[], local: boolean): string[] {
  const faults: string[] = [];
  const { podSelector = {}, egress = [], ingress = [] } = spec;
  if (!ours.some(({ labels }) => selects(podSelector, labels))) faults.push(`the policy ${metadata.name} is of no pod`);
  // A name that is written wrong selects nobody, and says nothing.
  for (const value of podSelector.matchExpressions?.flatMap(({ values = [] }) => values) ?? []) {
    if (!ours.some(({ name }) => name === value))
      faults.push(`the policy ${metadata.name} names ${value}: no pod of ours`);
  }
  if ([...egress, ...ingress].some(({ ports = [] }) => ports.length === 0))
    faults.push(`the policy ${metadata.name} opens all ports`);
  for (const { to = [{}], ports = [] } of egress) {
    if (local || !ports.some(({ port }) => port === TARGETS)) continue;
    for (const { ipBlock } of to) {
      const open = PRIVATE.filter((range) => !ipBlock?.except?.includes(range));
      if (ipBlock === undefined || (ipBlock.cidr === '0.0.0.0/0' && open.length > 0))
        faults.push(`the policy ${metadata.name} opens private ranges: ${open.join(', ')}`);
    }
  }
  return faults;
}

function egressFaults(cluster: Cluster, workload: Workload): string[] {
  const policies = policiesOf(cluster, workload, 'Egress');
  if (policies.length === 0) return [`${workload.name} may reach everything: no policy selects it`];
  const open = new Set(portsOf(policies.flatMap(({ spec }) => spec.egress ?? [])).map(Number));
  const needs = needsOf(cluster, workload);
  const missing = [...needs].filter(([port]) => !open.has(port));
  const surplus = [...open].filter((port) => {
    const rule = ONLY.find(({ ports }) => ports.includes(port));
    return !needs.has(port) && !(rule?.to(workload.name) ?? false);
  });
  return [
    ...missing.map(([port, what]) => `${workload.name} cannot reach port ${port} (${what})`),
    ...surplus.map((port) => `${workload.name} may reach port ${port}, and needs it not`),
  ];
}

function ingressFaults(cluster: Cluster, workload: Workload): string[] {
  const { name, container } = workload;
  const policies = policiesOf(cluster, workload, 'Ingress');
  if (policies.length === 0) return [`${name} can be reached by everybody: no policy selects it`];
  const rules = policies.flatMap(({ spec }) => spec.ingress ?? []);
  const faults = portsOf(rules)
    .filter((port) => !container.ports?.some((one) => one.name === port || one.containerPort === port))
    .map((port) => `a policy lets others reach port ${port} of ${name}, which it has not`);
  if (name.startsWith('setup-'))
    return rules.length === 0 ? faults : [...faults, `${name} serves nothing, and can be reached`];
  const monitoring = rules.some(({ from = [] }) =>
    from.some(({ namespaceSelector }) => namespaceSelector !== undefined),
  );
  const everybody = rules.some(({ from }) => from === undefined);
  if (!monitoring) faults.push(`the metrics of ${name} cannot be scraped`);
  if (everybody !== (name === 'api')) faults.push(`${name} can ${everybody ? '' : 'not '}be reached by everybody`);
  return faults;
}
