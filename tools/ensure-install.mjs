// Runs on Node 20, before anything is installed: plain JavaScript, Node's own modules only.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const LEAST_NODE = 24;

/**
 * Installs the packages of package-lock.json unless they are there.
 * @returns the Node 24 to run everything with: the one that the packages bring, or the machine's own.
 */
export function ensureInstalled() {
  const missing = missingPackage();
  if (missing !== null) install(missing);
  return nodeToRunWith();
}

/** One package that package-lock.json has and node_modules lacks (or has in another version); null when all is there. */
function missingPackage() {
  const wanted = packagesOf(join(ROOT, 'package-lock.json'));
  if (wanted === null)
    stop('package-lock.json is missing or cannot be read: restore it (git checkout package-lock.json).');
  // npm writes this file last, so an install that was interrupted does not have it.
  const present = packagesOf(join(ROOT, 'node_modules', '.package-lock.json'));
  if (present === null) return 'node_modules';
  for (const [path, { version, optional, devOptional }] of Object.entries(wanted)) {
    // Optional packages are for one platform each.
    if (path === '' || optional || devOptional) continue;
    if (present[path]?.version !== version) return path;
  }
  return null;
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}

function install(missing) {
  console.log(`Installing packages, about a minute the first time (npm ci; ${missing} is missing or outdated) …`);
  // Without its warnings: they are about the Node that runs npm, and ours runs on the one that it installs.
  const { status, error } = runNpm(['ci', '--loglevel=error'], { cwd: ROOT, stdio: 'inherit' });
  if (error !== undefined) stop(`npm could not be started (${error.message}): install Node 20 or newer with npm.`);
  if (status !== 0) stop('npm ci failed, see above: with the network or the registry back, run this again.');
}

/** @param {string[]} args @param {import('node:child_process').SpawnSyncOptions} options as spawnSync has them; so is the result. */
export function runNpm(args, options) {
  // Under npm this is npm itself; it keeps us from finding another npm on PATH.
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  return spawnSync(command, [...first, ...args], options);
}

function nodeToRunWith() {
  const own = join(ROOT, 'node_modules', '.bin', 'node');
  const node = existsSync(own) ? own : process.execPath;
  const { stdout, error } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  const version = stdout?.trim() ?? '';
  if (error === undefined && Number(/^v(\d+)\./.exec(version)?.[1]) >= LEAST_NODE) return node;
  const found = error === undefined ? `${node} is ${version}` : `${node} cannot be started (${error.message})`;
  return stop(
    `Node ${LEAST_NODE} or newer is needed, and ${found}. The packages bring Node ${LEAST_NODE} for Linux on x64 and ` +
      'arm64: there, remove node_modules and run this again; elsewhere, install it from https://nodejs.org.',
  );
}

/** @returns {never} */
function stop(message) {
  console.error(message);
  process.exit(1);
}

// node tools/ensure-install.mjs
if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled();
