import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from './repository.js';

/** The folder of Kafka's jars, fetched when it is not there. @throws Error with one sentence that says what to do. */
export async function kafkaJars(): Promise<string> {
  // A program of its own: `npm start` runs it while the packages that TypeScript needs are still being installed.
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [join(REPOSITORY, 'tools', 'kafka-jars.mjs')]);
    return stdout.trim();
  } catch (cause) {
    throw new Error((cause as { stderr?: string }).stderr?.trim() ?? (cause as Error).message, { cause });
  }
}
