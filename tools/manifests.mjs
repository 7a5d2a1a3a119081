// `npm run manifests`: renders every overlay of deploy/k8s and holds it against Kubernetes' own schemas, strictly (fields that
// there are not are faults, too). What no schema sees is in test/manifests. Runs on Node 20.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './ensure-install.mjs';

const OVERLAYS = join(ROOT, 'deploy', 'k8s', 'overlays');
/** The version of Kubernetes whose schemas hold. */
const KUBERNETES = '1.34.0';
const VALIDATOR = 'kubernetes-validate==1.37.0';
/** Kinds of operators, whose schemas Kubernetes has not: `npm run manifests:apply` holds them against those. */
const OF_OPERATORS = ['keda.sh/', 'monitoring.coreos.com/'];

export function overlays() {
  return readdirSync(OVERLAYS).sort();
}

/** @param {string} name @returns {string} YAML. @throws Error in a sentence that says what to do. */
export function render(name) {
  const { error, status, stdout, stderr } = spawnSync('kubectl', ['kustomize', join(OVERLAYS, name)], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error?.code === 'ENOENT')
    throw new Error('kubectl is missing: install it, 1.27 or newer (https://kubernetes.io/docs/tasks/tools/).');
  if (status !== 0) throw new Error(`deploy/k8s/overlays/${name} cannot be rendered: ${stderr.trim()}`);
  return stdout;
}

/** The validator, in a Python environment of its own below .cache. @throws Error in a sentence that says what to do. */
function ensureValidator() {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  // Its programs name this folder: one that was moved is made anew.
  const dir = join(realpathSync(join(ROOT, '.cache')), VALIDATOR.replace('==', '-'));
  const program = join(dir, 'bin', 'kubernetes-validate');
  if (spawnSync(program, ['--help']).status === 0) return program;
  const made =
    spawnSync('python3', ['-m', 'venv', '--clear', dir], { stdio: 'inherit' }).status === 0 &&
    spawnSync(join(dir, 'bin', 'pip'), ['install', '--quiet', VALIDATOR], { stdio: 'inherit' }).status === 0;
  if (made) return program;
  rmSync(dir, { recursive: true, force: true });
  throw new Error(
    `${VALIDATOR} could not be installed: it wants Python 3 with venv (Debian: apt-get install python3-venv) and the network, once.`,
  );
}

/** @returns the number of objects. @throws Error with what the validator says. */
function validate(program, name) {
  const objects = render(name).split(/^---$/m);
  const known = objects.filter(
    (text) =>
      !OF_OPERATORS.some((group) => text.includes(`\napiVersion: ${group}`) || text.startsWith(`apiVersion: ${group}`)),
  );
  const file = join(ROOT, '.cache', `manifests-${name}-${process.pid}.yaml`);
  writeFileSync(file, known.join('---'));
  try {
    const { status, stdout, stderr } = spawnSync(program, ['--strict', '-k', KUBERNETES, file], { encoding: 'utf8' });
    const said = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
    const passed = said.filter((line) => / passed /.test(line));
    if (status !== 0 || passed.length !== known.length)
      throw new Error(
        [`deploy/k8s/overlays/${name} is not valid:`, ...said.filter((line) => !passed.includes(line))].join('\n  '),
      );
    const others = objects.length - known.length;
    return `${known.length} objects are valid${others > 0 ? `, ${others} of operators not looked at` : ''}`;
  } finally {
    rmSync(file);
  }
}

if (process.argv[1] === join(ROOT, 'tools', 'manifests.mjs')) {
  try {
    const program = ensureValidator();
    for (const name of overlays())
      console.log(`deploy/k8s/overlays/${name}: ${validate(program, name)} (Kubernetes ${KUBERNETES}, strict)`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
