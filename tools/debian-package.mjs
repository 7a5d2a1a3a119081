// Programs of Debian's packages. Runs on Node 20: Node's own modules only.
import { spawnSync } from 'node:child_process';

/**
 * As root it is installed when it is missing.
 * @param {string} program @param {string} debian its package. @param {string} missing the sentence for who has it not.
 * @throws Error with that sentence.
 */
export function ensureProgram(program, debian, missing) {
  const isThere = () => spawnSync(program, ['--version']).error === undefined;
  if (isThere()) return;
  const apt = (...args) => spawnSync('apt-get', args, { stdio: 'inherit' }).status === 0;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && apt('update') && apt('install', '-y', '--no-install-recommends', debian) && isThere()) return;
  throw new Error(missing);
}
