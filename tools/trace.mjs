// `npm run trace -- <callId>`: a call's traces as text (tools/trace/main.ts).
import { runBuilt } from './run-built.mjs';

runBuilt('tools/trace/main.js');
