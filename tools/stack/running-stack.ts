import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './repository.js';
import { writePrivately } from './secrets.js';

/** What other commands of this clone may know of the stack that runs. */
export interface RunningStack {
  readonly api: string;
  readonly adminToken: string;
  readonly brokers: string;
  /** Its query API; null: none was started. */
  readonly jaeger: string | null;
}

export const DATA_DIR = join(REPOSITORY, '.data');
const FILE = join(DATA_DIR, 'stack.json');

/** null when npm start does not run here (or was killed, and nobody removed its note). */
export function runningStack(): RunningStack | null {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as RunningStack) : null;
}

export function announceStack(stack: RunningStack): void {
  writePrivately(FILE, stack);
}

export function withdrawStack(): void {
  rmSync(FILE, { force: true });
}
