// `npm run looks`: draws what the destinations show (tools/looks/main.ts).
import { runBuilt } from './run-built.mjs';

runBuilt('tools/looks/main.js');
