import { databaseSettings, defineSettings, describeError, loadSettings } from '#libs/runtime';
import { migrate } from '#libs/storage';

/** `npm run migrate`: brings the tables up to this version. Several at a time wait for each other; it may run again. */
try {
  const { DATABASE_URL } = loadSettings(defineSettings(databaseSettings));
  await migrate(DATABASE_URL);
  process.stdout.write(`the tables of ${new URL(DATABASE_URL).host} are those of this version\n`);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
