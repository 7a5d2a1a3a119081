import type { SpawnSyncOptionsWithStringEncoding, SpawnSyncReturns } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from '../stack/repository.js';

export interface Answer {
  readonly succeeded: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

interface Runner {
  runNpm(args: readonly string[], options: SpawnSyncOptionsWithStringEncoding): SpawnSyncReturns<string>;
}

/** Plain JavaScript: it installs what this needs. */
const { runNpm } = (await import(join(REPOSITORY, 'tools', 'ensure-install.mjs'))) as Runner;

/** @throws Error when there is no npm. */
export function npm(...args: readonly string[]): Answer {
  const options = { cwd: REPOSITORY, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, timeout: 120_000 } as const;
  const { status, stdout, stderr, error } = runNpm(args, options);
  if (error !== undefined) throw new Error(`npm ${args[0]} could not be run: ${error.message}`, { cause: error });
  return { succeeded: status === 0, stdout, stderr };
}
