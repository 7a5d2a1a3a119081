import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../stack/repository.js';
import { exercise } from './exercise.js';
import { LANGUAGES } from './languages.js';

/** The sample receivers of the documentation, each in its language, against what the real room signs. */
const cache = join(REPOSITORY, '.cache', 'receivers');
mkdirSync(cache, { recursive: true });
let failed = false;
for (const { name, prepare } of LANGUAGES) {
  const prepared = prepare(cache);
  if ('missing' in prepared) {
    console.log(`${name}: NOT RUN, this machine lacks ${prepared.missing}`);
    continue;
  }
  const dir = mkdtempSync(join(tmpdir(), 'recho-receiver-'));
  try {
    const findings = await exercise(name, prepared, dir);
    for (const { what, expected, answered } of findings) {
      const right = answered === expected;
      failed ||= !right;
      console.log(`${name}: ${right ? 'ok' : `WRONG, expected ${expected}`}  ${answered}  ${what}`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
process.exitCode = failed ? 1 : 0;
