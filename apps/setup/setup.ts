import { describeError, EXIT_CONFIG, EXIT_FAILURE, loadSettings, ServiceError, type Environment } from '#libs/runtime';
import { migrate } from '#libs/storage';
import { migrateSettings, topicsSettings, type MigrateSettings } from './settings.js';
import { makeTopics } from './topics.js';

/** The part of `process` that it touches; specs bring their own. */
export interface SetupSurroundings {
  readonly env: Environment;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

const STEPS: Readonly<Record<string, (env: Environment) => Promise<string>>> = {
  topics: (env) => makeTopics(loadSettings(topicsSettings, env)),
  migrate: (env) => migrateTables(loadSettings(migrateSettings, env)),
};

/**
 * What must be there before the first service starts: `topics`, or `migrate` for the tables. Each can run again at any time.
 * @param command the arguments: one of the two.
 * @returns the exit code: 0, 78 when the command or a setting is wrong (all faults are told), 1 when it failed: again may help.
 */
export async function setUp(command: readonly string[], surroundings: SetupSurroundings): Promise<number> {
  const { env, stdout, stderr } = surroundings;
  const name = command.join(' ');
  const step = Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
  if (step === undefined) {
    const given = name === '' ? 'nothing was asked for' : `there is no "${name}"`;
    stderr.write(`setup: ${given}; give it one of: ${Object.keys(STEPS).join(', ')}\n`);
    return EXIT_CONFIG;
  }
  try {
    stdout.write(`setup ${name}: ${await step(env)}\n`);
    return 0;
  } catch (error) {
    const config = error instanceof ServiceError && error.blame === 'config';
    stderr.write(`setup ${name} failed. ${config ? error.message : describeError(error)}\n`);
    return config ? EXIT_CONFIG : EXIT_FAILURE;
  }
}

async function migrateTables({ DATABASE_URL: url }: MigrateSettings): Promise<string> {
  const { host, pathname } = new URL(url);
  const where = `the database ${pathname.slice(1)} at ${host}`;
  await migrate(url).catch((cause: Error) => {
    throw new Error(`${where} could not be migrated: start it, or correct DATABASE_URL`, { cause });
  });
  return `${where} has the tables of this version`;
}
