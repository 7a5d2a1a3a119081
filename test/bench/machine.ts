import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type as systemType } from 'node:os';
import { REPOSITORY } from '../../tools/stack/repository.js';
import type { Machine } from './results.js';

/** @param loadBefore one minute's, when the benchmark began. */
export function machineFacts(loadBefore: number): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown CPU',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${systemType()} ${release()}`,
    node: process.version.slice(1),
    load: [loadBefore, loadNow()],
  };
}

export function loadNow(): number {
  return loadavg()[0]!;
}

/** The commit that is measured; `+` when sources differ from it. */
export function commitNow(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: REPOSITORY, encoding: 'utf8' }).trim();
    return (
      git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+')
    );
  } catch {
    return 'unknown';
  }
}
