// `node tools/bench-parked.mjs`: many parked lanes, in memory, in draining and at start-up (test/bench/parked/main.ts).
import { launch } from './launch.mjs';

await launch('bench-parked', 'dist/test/bench/parked/main.js', (dir) => ({ TEST_RUN_DIR: dir }));
