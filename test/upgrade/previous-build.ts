import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { testRunDir } from '#libs/testkit';
import { REPOSITORY } from '../../tools/stack/repository.js';

/**
 * Builds another commit of this repository in the run's folder, with the packages that are installed here.
 * @returns its root; null when this clone does not have the commit (a shallow one).
 */
export function buildCommit(commit: string): { readonly root: string; readonly note: string | null } | null {
  if (!hasCommit(commit)) return null;
  const root = join(testRunDir(), 'previous');
  mkdirSync(root);
  const archive = execFileSync('git', ['archive', commit], { cwd: REPOSITORY, maxBuffer: 256 * 1024 * 1024 });
  execFileSync('tar', ['-x', '-C', root], { input: archive });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
  execFileSync(process.execPath, [join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build'], {
    cwd: root,
  });
  const lock = (of: string): string => readFileSync(join(of, 'package-lock.json'), 'utf8');
  const note =
    lock(root) === lock(REPOSITORY) ? null : 'its packages are those of this version, not the ones it was made with';
  return { root, note };
}

function hasCommit(commit: string): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: REPOSITORY, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
