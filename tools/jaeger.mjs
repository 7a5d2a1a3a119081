// `npm run jaeger:build`: builds Jaeger from its Go module, once (three to five minutes), for machines without its
// container image; and where `npm start` finds one. Runs on Node 20, before anything is installed: Node's own modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULE = join(ROOT, 'tools', 'jaeger');
const PROGRAM = 'github.com/jaegertracing/jaeger/cmd/jaeger';

/** Where the build is, or will be: another list of modules is another folder. */
export function builtJaeger() {
  const hash = createHash('sha256');
  for (const name of ['go.mod', 'go.sum']) hash.update(readFileSync(join(MODULE, name)));
  return join(ROOT, '.cache', `jaeger-${hash.digest('hex').slice(0, 8)}`, 'jaeger');
}

/**
 * The Jaeger that `npm start` runs: that of JAEGER_BIN, one on the PATH, or the one that was built here.
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ bin: string | null, fault: string | null }} bin null: there is none, or traces go elsewhere.
 */
export function findJaeger(env, built = builtJaeger()) {
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT) return { bin: null, fault: null };
  if (env.JAEGER_BIN) {
    return isProgram(env.JAEGER_BIN)
      ? { bin: env.JAEGER_BIN, fault: null }
      : {
          bin: null,
          fault: `JAEGER_BIN is ${env.JAEGER_BIN}, which is no program that can be run: correct it, or unset it to start without traces.`,
        };
  }
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((dir) => join(dir, 'jaeger'));
  return { bin: [...onPath, built].find(isProgram) ?? null, fault: null };
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** @throws Error with one sentence that says what to do. */
export function buildJaeger(say) {
  const bin = builtJaeger();
  if (existsSync(bin)) return bin;
  if (spawnSync('go', ['version']).error) {
    throw new Error(
      'Jaeger is built with Go, and there is no go on the PATH: install Go 1.25 or newer, or run the image jaegertracing/jaeger and set OTEL_EXPORTER_OTLP_ENDPOINT.',
    );
  }
  say('Building Jaeger with Go (once, three to five minutes) …');
  // A copy, so that go writes nothing into the repository; the binary is whole or not there.
  const work = `${dirname(bin)}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    for (const name of ['go.mod', 'go.sum']) copyFileSync(join(MODULE, name), join(work, name));
    const env = { ...process.env, GOFLAGS: '-mod=mod' };
    const { status } = spawnSync('go', ['build', '-o', 'jaeger', PROGRAM], { cwd: work, env, stdio: 'inherit' });
    if (status !== 0)
      throw new Error('Jaeger could not be built: what go said stands above; with the network back, run this again.');
    if (!existsSync(dirname(bin))) renameSync(work, dirname(bin));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return bin;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(buildJaeger((text) => console.error(text)));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
