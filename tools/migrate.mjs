// `npm run migrate`: brings the tables of DATABASE_URL up to this version (apps/api/migrate.ts).
import { runBuilt } from './run-built.mjs';

runBuilt('apps/api/migrate.js');
