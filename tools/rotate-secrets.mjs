// `npm run secrets:rotate`: installs and builds what is not there, and seals all secrets again on Node 24.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, ROOT } from './ensure-install.mjs';
import { stillRunning } from './run-directory.mjs';

const node = ensureInstalled();
const main = join(ROOT, 'dist/apps/api/rotate-secrets.js');
// A build would take the programs away from under a running stack.
const stackRuns = stillRunning(join(ROOT, '.data', 'lock')).length > 0;
if (!stackRuns || !existsSync(main)) ensureBuilt(node, (text) => console.log(text));
const { status } = spawnSync(node, ['--enable-source-maps', main], { stdio: 'inherit' });
process.exitCode = status ?? 1;
