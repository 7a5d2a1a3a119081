// Runs a program of dist on Node 24, once everything that it needs is installed and built. Runs on Node 20 itself.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, ROOT } from './ensure-install.mjs';
import { stillRunning } from './run-directory.mjs';

/** Sets this process's exit code to the program's. @param {string} main below `dist`. */
export function runBuilt(main, args = process.argv.slice(2)) {
  const node = ensureInstalled();
  const file = join(ROOT, 'dist', main);
  // A build would take the programs away from under a running stack.
  const stackRuns = stillRunning(join(ROOT, '.data', 'lock')).length > 0;
  if (!stackRuns || !existsSync(file)) ensureBuilt(node, (text) => console.log(text));
  const { status } = spawnSync(node, ['--enable-source-maps', file, ...args], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
