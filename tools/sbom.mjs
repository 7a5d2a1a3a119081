// `npm run sbom`: the bill of materials of what production installs (tools/supply/write-sbom.ts).
import { runBuilt } from './run-built.mjs';

runBuilt('tools/supply/write-sbom.js');
