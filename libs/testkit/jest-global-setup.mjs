// Before all specs of a run: a folder for its servers, and a guard that ends them even when jest is killed. Nothing is
// started here: the first spec that needs a broker or a database starts the one that all share.
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGuard } from '../../tools/run-directory.mjs';

export default function setUp() {
  const dir = mkdtempSync(join(tmpdir(), 'recho-test-'));
  // The user postgres, as whom PostgreSQL runs when we are root, has to pass through.
  chmodSync(dir, 0o711);
  process.env.TEST_RUN_DIR = dir;
  startGuard(join(dir, 'run'), dir);
}
