import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../stack/repository.js';

/** A sample receiver, ready to be started; or why it cannot be. */
export type Prepared = { readonly command: string; readonly args: readonly string[] } | { readonly missing: string };

export interface Language {
  readonly name: string;
  /** May install and build, below `cache`. */
  prepare(cache: string): Prepared;
}

const source = (path: string): string => join(REPOSITORY, 'test', 'receivers', path);

export const NODE: Language = {
  name: 'Node',
  prepare: () => ({ command: process.execPath, args: [source('node/receiver.mjs')] }),
};

export const LANGUAGES: readonly Language[] = [
  NODE,
  {
    name: 'Python',
    prepare: (cache) => {
      const venv = join(cache, 'python');
      const python = join(venv, 'bin', 'python');
      const requirements = source('python/requirements.txt');
      if (!existsSync(python)) {
        const made = failure('python3', ['-m', 'venv', venv]);
        if (made !== null) return { missing: `python3 with venv: ${made}` };
      }
      const installed = failure(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
      if (installed !== null) return { missing: `the packages of requirements.txt: ${installed}` };
      return { command: python, args: [source('python/receiver.py')] };
    },
  },
  {
    name: 'Go',
    prepare: (cache) => {
      const binary = join(cache, 'go-receiver');
      const built = failure('go', ['build', '-o', binary, source('go/receiver.go')]);
      return built === null ? { command: binary, args: [] } : { missing: `go: ${built}` };
    },
  },
  {
    name: 'Java',
    prepare: (cache) => {
      const classes = join(cache, 'java');
      mkdirSync(classes, { recursive: true });
      const built = failure('javac', ['-d', classes, source('java/Receiver.java')]);
      return built === null ? { command: 'java', args: ['-cp', classes, 'Receiver'] } : { missing: `javac: ${built}` };
    },
  },
];

/** Null when the program did what it should; else what it said last. */
function failure(command: string, args: readonly string[]): string | null {
  const { error, status, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 180_000 });
  if (error !== undefined) return error.message;
  return status === 0 ? null : (stderr.trim().split('\n').at(-1) ?? `exit code ${status}`);
}
