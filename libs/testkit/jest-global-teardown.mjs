// After all specs, whether they passed or not: no server is left, nor any of its files.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { stopRecorded } from '../../tools/run-directory.mjs';

export default async function tearDown() {
  const dir = process.env.TEST_RUN_DIR;
  await stopRecorded(join(dir, 'run'));
  rmSync(dir, { recursive: true, force: true });
}
