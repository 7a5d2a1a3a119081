import {
  databaseSettings,
  defineSettings,
  describeError,
  loadSettings,
  SecretBox,
  secretsSettings,
} from '#libs/runtime';
import { createDataSource } from '#libs/storage';
import { resealAll } from './credentials/reseal.js';

const print = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`${line}\n`);

/** `npm run secrets:rotate`: seals every secret again with the first key of SECRETS_KEY, and says how many. */
try {
  const { DATABASE_URL, SECRETS_KEY } = loadSettings(defineSettings({ ...databaseSettings, ...secretsSettings }));
  const source = createDataSource(DATABASE_URL, { applicationName: 'recho-rotate-secrets', poolSize: 2 });
  await source.initialize();
  try {
    for (const { what, resealed, current, changed, faults } of await resealAll(source, new SecretBox(SECRETS_KEY))) {
      print(
        `${what}: ${resealed} sealed with the new key, ${current} were before, ${changed} changed meanwhile, ` +
          `${faults.length} cannot be opened`,
      );
      for (const fault of faults) complain(`  ${fault}`);
      if (changed > 0) print('  run it once more, to see that nothing is left with the old key');
      if (faults.length > 0) process.exitCode = 1;
    }
  } finally {
    await source.destroy();
  }
} catch (error) {
  complain(describeError(error));
  process.exitCode = 1;
}
