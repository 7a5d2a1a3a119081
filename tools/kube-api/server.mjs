// A real API server of Kubernetes with its etcd, on this machine: built from its Go module, once. No nodes: what is applied
// is admitted and stored, and nothing runs.
import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as after } from 'node:timers/promises';
import { ensureProgram } from '../debian-package.mjs';
import { ROOT } from '../ensure-install.mjs';
import { buildGo } from '../go-build.mjs';

const MODULES = join(ROOT, 'tools', 'kube-api', 'go.mod');
const READY_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 10_000;

/** @returns the program, in .cache. @throws Error in a sentence that says what to do. */
export function buildApiServer(say) {
  const [, version, minor] = /k8s\.io\/kubernetes (v1\.(\d+)\S*)/.exec(readFileSync(MODULES, 'utf8')) ?? [];
  const at = 'k8s.io/component-base/version';
  const named = `-s -w -X ${at}.gitVersion=${version} -X ${at}.gitMajor=1 -X ${at}.gitMinor=${minor}`;
  return buildGo('kube-api', 'kube-apiserver', 'k8s.io/kubernetes/cmd/kube-apiserver', {
    flags: ['-trimpath', '-ldflags', named],
    env: { CGO_ENABLED: '0' },
    what: "Kubernetes' API server",
    starting: `Building the API server of Kubernetes ${version} with Go (once, about four minutes on two cores) …`,
    say,
  });
}

/** @throws Error in a sentence that says what to do. */
export function ensureEtcd() {
  ensureProgram('etcd', 'etcd-server', 'etcd is missing: install it (Debian: apt-get install etcd-server).');
}

/**
 * Starts both on free ports of the loopback; resolves when the API server is ready.
 * @returns {Promise<{ kubeconfig: string, stop(): Promise<void> }>}
 */
export async function startApiServer(bin) {
  const dir = mkdtempSync(join(tmpdir(), 'recho-kube-api-'));
  const children = [];
  const start = (name, command, args) => {
    const log = openSync(join(dir, `${name}.log`), 'w');
    const child = spawn(command, args, { stdio: ['ignore', log, log] });
    children.push(child);
    return child;
  };
  const stop = async () => {
    for (const child of children.reverse()) await end(child);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
    const at = (number) => `http://127.0.0.1:${number}`;
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(join(dir, 'accounts.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
    const token = randomBytes(24).toString('hex');
    writeFileSync(join(dir, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
    start('etcd', 'etcd', [
      ...['--data-dir', join(dir, 'etcd'), '--listen-client-urls', at(client), '--advertise-client-urls', at(client)],
      ...['--listen-peer-urls', at(peer), '--initial-advertise-peer-urls', at(peer)],
      ...['--initial-cluster', `default=${at(peer)}`],
    ]);
    const server = start('kube-apiserver', bin, [
      `--etcd-servers=${at(client)}`,
      ...['--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--secure-port=${port}`],
      ...[`--cert-dir=${join(dir, 'certs')}`, `--token-auth-file=${join(dir, 'tokens.csv')}`],
      ...['--authorization-mode=AlwaysAllow', '--service-cluster-ip-range=10.96.0.0/16'],
      `--service-account-key-file=${join(dir, 'accounts.key')}`,
      `--service-account-signing-key-file=${join(dir, 'accounts.key')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
    ]);
    const kubeconfig = join(dir, 'kubeconfig.json');
    const ca = join(dir, 'certs', 'apiserver.crt');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'admin' } }],
      clusters: [{ name: 'here', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': ca } }],
      users: [{ name: 'admin', user: { token } }],
    };
    writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
    await untilReady(kubeconfig, server, join(dir, 'kube-apiserver.log'));
    return { kubeconfig, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilReady(kubeconfig, server, log) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (spawnSync('kubectl', ['--kubeconfig', kubeconfig, 'get', '--raw', '/readyz']).status !== 0) {
    if (server.exitCode !== null || Date.now() > deadline) {
      const last = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n  ');
      throw new Error(`the API server did not become ready; it said last:\n  ${last}`);
    }
    await after(250);
  }
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  await ended;
  clearTimeout(late);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
