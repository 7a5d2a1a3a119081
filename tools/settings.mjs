// `npm run settings`: writes the table of docs/settings.md from the services' settings (tools/settings/write-table.ts).
import { runBuilt } from './run-built.mjs';

runBuilt('tools/settings/write-table.js');
