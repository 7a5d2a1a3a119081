// Programs that are built from their Go modules, once. Runs on Node 20, before anything is installed: Node's own modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const LISTS = ['go.mod', 'go.sum'];

/**
 * Where the program is, or will be: another list of modules is another folder.
 * @param {string} module folder below `tools`, with go.mod and go.sum. @param {string} program the binary's name.
 */
export function builtGo(module, program) {
  const hash = createHash('sha256');
  for (const name of LISTS) hash.update(readFileSync(join(ROOT, 'tools', module, name)));
  return join(ROOT, '.cache', `${module}-${hash.digest('hex').slice(0, 8)}`, program);
}

/**
 * @param {string} module @param {string} program as for `builtGo`. @param {string} source the Go package.
 * @param {{ flags?: string[], env?: Record<string, string>, what: string, instead?: string, say(text: string): void, starting: string }}
 * options what: begins sentences; instead: what to do without Go.
 * @returns {string} the binary. @throws Error with one sentence that says what to do.
 */
export function buildGo(module, program, source, { flags = [], env = {}, what, instead = '', say, starting }) {
  const bin = builtGo(module, program);
  if (existsSync(bin)) return bin;
  if (spawnSync('go', ['version']).error) {
    const least = /^go (\S+)$/m.exec(readFileSync(join(ROOT, 'tools', module, 'go.mod'), 'utf8'))?.[1];
    throw new Error(
      `${what} is built with Go, and there is no go on the PATH: install Go ${least} or newer${instead}.`,
    );
  }
  say(starting);
  // A copy, so that go writes nothing into the repository; the binary is whole or not there.
  const work = `${dirname(bin)}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    for (const name of LISTS) copyFileSync(join(ROOT, 'tools', module, name), join(work, name));
    const { status } = spawnSync('go', ['build', ...flags, '-o', program, source], {
      cwd: work,
      env: { ...process.env, GOFLAGS: '-mod=mod', ...env },
      stdio: 'inherit',
    });
    if (status !== 0) {
      throw new Error(`${what} could not be built: what go said stands above; with the network back, run this again.`);
    }
    mkdirSync(dirname(bin), { recursive: true });
    renameSync(join(work, program), bin);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return bin;
}
