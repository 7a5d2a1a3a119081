// `npm test [-- <jest arguments>]`: installs what is missing, builds, and runs jest on Node 24. Runs on Node 20.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, ROOT } from './ensure-install.mjs';

const node = ensureInstalled();

/** Ends this process when the program fails. */
function run(program, args, env = {}) {
  const { status, error } = spawnSync(node, [join(ROOT, 'node_modules', program), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    // Programs that are started in turn (services, compilers) find Node 24 too.
    env: { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`, ...env },
  });
  if (error !== undefined) console.error(`${program} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

console.log('Building …');
run('@nestjs/cli/bin/nest.js', ['build']);

// NestJS 12 is ESM only, which jest loads under this flag alone; it announces the flag as experimental at every start.
const options = `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`;
run('jest/bin/jest.js', process.argv.slice(2), { NODE_OPTIONS: options.trim() });
