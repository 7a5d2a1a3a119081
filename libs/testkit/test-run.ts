import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from './wait-for.js';

/** The folder of this jest run; it and every process recorded in it are gone when the run is over. */
export function testRunDir(): string {
  const dir = process.env['TEST_RUN_DIR'];
  if (dir === undefined) throw new Error('TEST_RUN_DIR is not set: servers of the testkit run under jest only');
  return dir;
}

/** Where processes of this run are recorded, so that they are ended by pid whatever happens. */
export function processesOfRun(): string {
  return join(testRunDir(), 'run');
}

/** `orders-3f9a1c`: another one each time, fit for topics, groups, databases and folders. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

interface Outcome<T> {
  readonly made?: T;
  readonly failed?: string;
}

/** Makes something once for the whole run, though jest's workers are processes of their own: the first comer makes it. */
export async function onceInRun<T>(name: string, make: () => Promise<T>): Promise<T> {
  const claim = join(testRunDir(), `${name}.claim`);
  const file = join(testRunDir(), `${name}.json`);
  if (claimed(claim)) {
    let outcome: Outcome<T>;
    try {
      outcome = { made: await make() };
    } catch (error) {
      outcome = { failed: error instanceof Error ? error.message : String(error) };
    }
    await writeFile(`${file}.new`, JSON.stringify(outcome));
    await rename(`${file}.new`, file);
  }
  await waitFor(`${name} that another spec starts`, () => existsSync(file), { timeoutMs: 90_000 });
  const { made, failed } = JSON.parse(await readFile(file, 'utf8')) as Outcome<T>;
  if (failed !== undefined) throw new Error(failed);
  return made as T;
}

function claimed(dir: string): boolean {
  try {
    mkdirSync(dir);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
