// `node tools/bench-search.mjs`: how soon lists and searches answer over ten million deliveries (test/bench/search).
import { launch } from './launch.mjs';

await launch('bench-search', 'dist/test/bench/search/main.js', (dir) => ({ BENCH_DIR: dir }));
