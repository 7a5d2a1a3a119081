// `npm run bench`: the benchmarks (test/bench/main.ts).
import { launch } from './launch.mjs';

await launch('bench', 'dist/test/bench/main.js', (dir) => ({ BENCH_DIR: dir }));
