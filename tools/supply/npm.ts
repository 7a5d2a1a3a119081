import { spawnSync } from 'node:child_process';
import { REPOSITORY } from '../stack/repository.js';

export interface Answer {
  readonly succeeded: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** @throws Error when there is no npm. */
export function npm(...args: readonly string[]): Answer {
  // Under npm this is npm itself; it keeps us from finding another npm on PATH.
  const own = process.env['npm_execpath'];
  const [command, first]: [string, string[]] = own?.endsWith('.js') === true ? [process.execPath, [own]] : ['npm', []];
  const options = { cwd: REPOSITORY, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, timeout: 120_000 } as const;
  const { status, stdout, stderr, error } = spawnSync(command, [...first, ...args], options);
  if (error !== undefined) throw new Error(`npm ${args[0]} could not be run: ${error.message}`, { cause: error });
  return { succeeded: status === 0, stdout, stderr };
}
