// `npm run chaos`: order and loss under fire (test/chaos/main.ts).
import { launch } from './launch.mjs';

await launch('chaos', 'dist/test/chaos/main.js', (dir) => ({ TEST_RUN_DIR: dir }));
