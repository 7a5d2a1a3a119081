// `npm run migrate`: brings the tables of DATABASE_URL up to this version (apps/setup).
import { runBuilt } from './run-built.mjs';

runBuilt('apps/setup/main.js', ['migrate']);
