// `npm run looks`: installs and builds what is not there, and draws what the destinations show (tools/looks/main.ts).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, ROOT } from './ensure-install.mjs';

const node = ensureInstalled();
ensureBuilt(node, (text) => console.log(text));
const main = join(ROOT, 'dist/tools/looks/main.js');
const { status } = spawnSync(node, ['--enable-source-maps', main, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
