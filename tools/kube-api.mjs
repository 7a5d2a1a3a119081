// `npm run manifests:apply`: a real API server takes every overlay of deploy/k8s, by server-side apply, without a warning, and
// admits a pod of each template under Pod Security "restricted". It is an API server without nodes: nothing is run.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildApiServer, ensureEtcd, startApiServer } from './kube-api/server.mjs';
import { overlays, render } from './manifests.mjs';

/** Whose definitions of their own kinds the components need, and where in the Go module they are. */
const OPERATORS = [
  { module: 'github.com/kedacore/keda/v2@v2.18.1', dir: 'config/crd/bases' },
  { module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0', dir: 'example/prometheus-operator-crd' },
];

const say = (text) => console.log(text);
const copyOf = (object) => JSON.parse(JSON.stringify(object));

/** @returns what it said. @throws Error when it fails, or warns. */
function kubectl(kubeconfig, args, input = '') {
  const options = { encoding: 'utf8', input, maxBuffer: 64 * 1024 * 1024 };
  const { error, status, stdout, stderr } = spawnSync('kubectl', ['--kubeconfig', kubeconfig, ...args], options);
  if (error) throw error;
  if (status !== 0 || stderr.includes('Warning')) throw new Error(`kubectl ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
}

function applyOperators(kubeconfig) {
  for (const { module, dir } of OPERATORS) {
    const { status, stdout } = spawnSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8', cwd: '/' });
    if (status !== 0) throw new Error(`${module} cannot be had: ${stdout.trim()}`);
    kubectl(kubeconfig, ['apply', '--server-side', '-f', join(JSON.parse(stdout).Dir, dir)]);
    say(`${module}: its kinds are defined`);
  }
}

/** A pod as the controllers, which do not run here, would make it. */
function podOf({ kind, metadata, spec }) {
  const { labels } = spec.template.metadata;
  const name = `${metadata.name}-${kind.toLowerCase()}-tried`;
  const pod = copyOf(spec.template.spec);
  // What a volume is made of does not matter to admission.
  for (const claim of spec.volumeClaimTemplates ?? [])
    (pod.volumes ??= []).push({ name: claim.metadata.name, emptyDir: {} });
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: metadata.namespace, labels }, spec: pod };
}

/** @returns how many pods were admitted. */
function admitPods(kubeconfig, namespace) {
  // A controller of a whole cluster makes it.
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };
  kubectl(kubeconfig, ['apply', '--server-side', '-f', '-'], JSON.stringify(account));
  const list = kubectl(kubeconfig, ['get', 'deployments,statefulsets,jobs', '-n', namespace, '-o', 'json']);
  const workloads = JSON.parse(list).items;
  const pods = workloads.map(podOf);
  for (const pod of pods) kubectl(kubeconfig, ['create', '-f', '-'], JSON.stringify(pod));
  for (const { metadata } of pods) kubectl(kubeconfig, ['delete', 'pod', metadata.name, '-n', namespace, '--now']);
  refusesOthers(kubeconfig, workloads[0], pods[0]);
  return pods.length;
}

/** The twin: were Pod Security not enforced here, it would admit anything. @throws Error when a pod that may escalate gets in. */
function refusesOthers(kubeconfig, workload, pod) {
  const loosen = (spec) => void (spec.containers[0].securityContext.allowPrivilegeEscalation = true);
  const [looseWorkload, loosePod] = [copyOf(workload), copyOf(pod)];
  loosen(looseWorkload.spec.template.spec);
  loosen(loosePod.spec);
  for (const [one, word] of [
    [loosePod, 'forbidden'],
    [looseWorkload, 'Warning'],
  ]) {
    const verb = one === loosePod ? 'create' : 'replace';
    try {
      kubectl(kubeconfig, [verb, '--dry-run=server', '-f', '-'], JSON.stringify(one));
    } catch (error) {
      if (error.message.includes(word) && error.message.includes('allowPrivilegeEscalation')) continue;
      throw error;
    }
    throw new Error(
      `a ${one.kind} whose container may escalate privileges was taken without a word: nothing was checked`,
    );
  }
}

async function main() {
  ensureEtcd();
  const { kubeconfig, stop } = await startApiServer(buildApiServer(say));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => void stop().then(() => process.exit(130)));
  try {
    const { serverVersion } = JSON.parse(kubectlVersion(kubeconfig));
    applyOperators(kubeconfig);
    for (const name of overlays()) {
      const manifests = render(name);
      const [, namespace] = /^kind: Namespace\nmetadata:[^]*?\n {2}name: (\S+)/m.exec(manifests) ?? [];
      // As an installation and an upgrade begin.
      kubectl(kubeconfig, ['apply', '--server-side', '-l', 'recho-notify/first=true', '-f', '-'], manifests);
      const applied = () =>
        kubectl(kubeconfig, ['apply', '--server-side', '-f', '-'], manifests).trim().split('\n').length;
      const objects = applied();
      // As an operator does, again and again: also over Jobs.
      applied();
      const pods = admitPods(kubeconfig, namespace);
      say(
        `deploy/k8s/overlays/${name}: ${objects} objects applied twice, ${pods} pods admitted (${serverVersion.gitVersion})`,
      );
    }
  } finally {
    await stop();
  }
}

/** It warns of its own age beside the server's. */
function kubectlVersion(kubeconfig) {
  return spawnSync('kubectl', ['--kubeconfig', kubeconfig, 'version', '-o', 'json'], { encoding: 'utf8' }).stdout;
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
