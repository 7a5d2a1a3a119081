// `npm run smoke`: packs what production runs (`npm run package`) and tries it as the manifests would run it (test/smoke/main.ts).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './ensure-install.mjs';
import { launch } from './launch.mjs';

const { status } = spawnSync(process.execPath, [join(ROOT, 'tools', 'package.mjs')], { stdio: 'inherit' });
if (status === 0) await launch('smoke', 'dist/test/smoke/main.js', (dir) => ({ TEST_RUN_DIR: dir }));
else process.exitCode = 1;
