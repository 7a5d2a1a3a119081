// `npm run package`: what production runs, in `build/`: the services and the packages that they need, and nothing else. The image
// is this folder (deploy/docker/Dockerfile runs the same command). The same sources and lockfile give the same bytes.
// `-- --again` packs once more beside it and says what differs. Runs on Node 20.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, ROOT, runNpm } from './ensure-install.mjs';

const TARGET = join(ROOT, 'build');
const DIST = join(ROOT, 'dist');
/** Of our own: specs and what only specs use. Source maps stay, so that a stack names our lines. */
const NOT_OURS = [/\.spec\.js(\.map)?$/, /^libs\/testkit(\/|$)/];
/** Of packages: what no program reads. Licences stay. */
const NOT_OF_PACKAGES = [/\.map$/, /\.[cm]?tsx?$/, /\.md$/i, /(^|\/)node_modules\/\.package-lock\.json$/, /\/\.bin\//];
/** Every file's time, since times are bytes of an image, too: the first that a zip archive can tell. */
const TIME = new Date('1980-01-01T00:00:00Z');

try {
  const again = process.argv.includes('--again');
  if (again && !existsSync(TARGET)) throw new Error('there is no build/ to compare with: npm run package makes it.');
  const node = ensureInstalled();
  // Not what may lie in dist from before: a fresh build has what the sources say, and nothing else.
  if (again) rmSync(join(DIST, '.built-from'), { force: true });
  ensureBuilt(node, (text) => console.log(text));
  const work = `${TARGET}.${process.pid}`;
  try {
    pack(work);
    if (again) compare(TARGET, work);
    else {
      rmSync(TARGET, { recursive: true, force: true });
      renameSync(work, TARGET);
      console.log(describe(TARGET));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** @throws Error in a sentence that says what to do. */
function pack(work) {
  mkdirSync(work);
  for (const part of ['apps', 'libs']) {
    cpSync(join(DIST, part), join(work, 'dist', part), {
      recursive: true,
      filter: (path) => !NOT_OURS.some((one) => one.test(relative(DIST, path).split(sep).join('/'))),
    });
  }
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) cpSync(join(ROOT, file), join(work, file));
  installProduction(work);
  for (const file of ['package-lock.json', '.npmrc']) rmSync(join(work, file));
  const { name, version, license, type, imports, dependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const manifest = { name, version, private: true, license, type, imports, dependencies };
  writeFileSync(join(work, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  prune(work);
  for (const path of pathsOf(work)) settle(path);
  settle(work);
}

/** Optional packages are builds of Node and of compilers: production brings its own Node, and compiles nothing. */
function installProduction(work) {
  const args = ['ci', '--omit=dev', '--omit=optional', '--ignore-scripts', '--loglevel=error'];
  const { status, error } = runNpm(args, { cwd: work, stdio: 'inherit' });
  if (error !== undefined) throw new Error(`npm could not be started (${error.message}): install Node 20 or newer.`);
  if (status !== 0) throw new Error('npm ci failed, see above: with the registry back, run this again.');
}

function prune(work) {
  const packages = join(work, 'node_modules');
  for (const path of pathsOf(packages)) {
    const name = relative(work, path).split(sep).join('/');
    if (!lstatSync(path).isDirectory() && NOT_OF_PACKAGES.some((one) => one.test(name))) rmSync(path);
  }
}

/** Modes and times that do not depend on who packs, and when. */
function settle(path) {
  const stat = lstatSync(path);
  if (!stat.isSymbolicLink()) chmodSync(path, stat.isDirectory() ? 0o755 : 0o644);
  lutimesSync(path, TIME, TIME);
}

/** Everything below a folder, in an order that does not depend on the file system; contents before their folder. */
function pathsOf(dir) {
  return readdirSync(dir, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(dir, entry.name);
      return entry.isDirectory() ? [...pathsOf(path), path] : [path];
    });
}

/** @returns {Map<string, string>} what is in each file, by its path. */
function contentsOf(dir) {
  const files = pathsOf(dir).filter((path) => !lstatSync(path).isDirectory());
  return new Map(files.map((path) => [relative(dir, path), hashOf(path)]));
}

function hashOf(path) {
  const content = lstatSync(path).isSymbolicLink() ? readlinkSync(path) : readFileSync(path);
  return createHash('sha256').update(content).digest('hex');
}

function describe(dir) {
  const hash = createHash('sha256');
  let bytes = 0;
  const contents = contentsOf(dir);
  for (const [file, content] of contents) {
    hash.update(`${content}  ${file}\n`);
    bytes += lstatSync(join(dir, file)).size;
  }
  const size = `${contents.size} files, ${(bytes / 1e6).toFixed(1)} MB`;
  return `${basename(dir)}: ${size}, sha256 ${hash.digest('hex')}`;
}

/** @throws Error that names what differs. */
function compare(one, other) {
  const [before, now] = [contentsOf(one), contentsOf(other)];
  const differ = [...new Set([...before.keys(), ...now.keys()])].filter((file) => before.get(file) !== now.get(file));
  if (differ.length > 0)
    throw new Error(
      `packed again, ${differ.length} files differ (${differ.slice(0, 5).join(', ')}): the sources changed since npm run package, or the build depends on more than them.`,
    );
  console.log(`packed again: the same, byte for byte (${describe(one)})`);
}
