// `npm run supply`: what must hold of the packages that we did not write (tools/supply/main.ts).
import { runBuilt } from './run-built.mjs';

runBuilt('tools/supply/main.js');
