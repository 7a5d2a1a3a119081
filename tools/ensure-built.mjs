// Builds dist when it is missing or older than the sources. Runs on Node 20: Node's own modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './ensure-install.mjs';

/** What goes into a build; the image is built from no more (.dockerignore). */
export const SOURCES = [
  'apps',
  'libs',
  'tools',
  'test',
  '.swcrc',
  'nest-cli.json',
  'tsconfig.json',
  'package-lock.json',
];
/** In this order: the first one empties dist. */
const BUILDERS = [
  ['@nestjs/cli/bin/nest.js', 'build'],
  ['vite/bin/vite.js', 'build', 'apps/dashboard', '--logLevel', 'warn'],
];
const STAMP = join(ROOT, 'dist', '.built-from');

/** @param {string} node the Node to build with. @param {(text: string) => void} say */
export function ensureBuilt(node, say) {
  const wanted = fingerprint();
  if (read(STAMP) === wanted) return;
  say('Building …');
  for (const [program, ...args] of BUILDERS) {
    const { status } = spawnSync(node, [join(ROOT, 'node_modules', program), ...args], { cwd: ROOT, stdio: 'inherit' });
    if (status === 0) continue;
    console.error('The build failed, see above.');
    process.exit(1);
  }
  // Written last: a build that was interrupted has none.
  writeFileSync(STAMP, wanted);
}

/** Changes when a source is changed, added or removed. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const source of SOURCES) add(hash, join(ROOT, source));
  return hash.digest('hex');
}

function add(hash, path) {
  const { mtimeMs, size, isDirectory } = describe(path);
  if (!isDirectory) hash.update(`${path}\0${mtimeMs}\0${size}\n`);
  else for (const name of readdirSync(path).sort()) add(hash, join(path, name));
}

function describe(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return { mtimeMs: stat?.mtimeMs, size: stat?.size, isDirectory: stat?.isDirectory() ?? false };
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
