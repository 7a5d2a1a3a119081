// `npm run upgrade`: the release before this one and this one, side by side (test/upgrade/main.ts).
import { launch } from './launch.mjs';

await launch('upgrade', 'dist/test/upgrade/main.js', (dir) => ({ TEST_RUN_DIR: dir }));
