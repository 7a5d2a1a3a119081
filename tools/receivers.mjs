// `npm run receivers`: the sample receivers against signed requests (tools/receivers/main.ts).
import { runBuilt } from './run-built.mjs';

runBuilt('tools/receivers/main.js');
