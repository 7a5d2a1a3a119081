// `npm run secrets:rotate`: seals all secrets again with the first key of SECRETS_KEY (apps/api/rotate-secrets.ts).
import { runBuilt } from './run-built.mjs';

runBuilt('apps/api/rotate-secrets.js');
