// `node tools/bench-lanes.mjs`: what parking costs in Postgres alone (test/bench/lane-store.ts).
import { launch } from './launch.mjs';

await launch('bench-lanes', 'dist/test/bench/lane-store.js', (dir) => ({ BENCH_DIR: dir }));
