// `npm run reset`: removes .data, the state of `npm start`. Runs on Node 20, before anything is installed.
import { readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './ensure-install.mjs';
import { stillRunning, stopRecorded } from './run-directory.mjs';

const DATA = join(ROOT, '.data');

const [running] = stillRunning(join(DATA, 'lock'));
if (running) {
  console.error(`npm start is running (process ${running.pid}): end it with Ctrl-C, then run this again.`);
  process.exit(1);
}
await stopRecorded(join(DATA, 'run'));
const elsewhere = linkedPlace();
if (elsewhere !== null) rmSync(elsewhere, { recursive: true, force: true });
rmSync(DATA, { recursive: true, force: true });
console.log(`Removed ${[DATA, elsewhere].filter(Boolean).join(' and ')}.`);

/** PostgreSQL's data when its user cannot enter this folder (tools/stack/postgres-home.ts). */
function linkedPlace() {
  try {
    return readlinkSync(join(DATA, 'postgres', 'elsewhere'));
  } catch {
    return null;
  }
}
