// `npm run compose`: Compose's own loader (its Go module, built once, some seconds) holds docker-compose.yml against its schema
// and puts in the variables, as `docker compose config` does; no Docker is needed. What no schema sees is in test/compose.
import { spawnSync } from 'node:child_process';
import { ROOT } from './ensure-install.mjs';
import { buildGo } from './go-build.mjs';

const FILE = 'docker-compose.yml';

/** @returns a sentence. @throws Error with what the loader says. */
function validate() {
  const loader = buildGo('compose', 'compose', 'github.com/compose-spec/compose-go/v2/cmd', {
    what: "Compose's loader",
    instead: `, or run "docker compose config --quiet" where Docker is`,
    starting: "Building Compose's loader with Go (once, some seconds) …",
    say: (text) => console.error(text),
  });
  const { status, stdout, stderr } = spawnSync(loader, ['-format', 'json', FILE], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  // A variable that is not set is a warning there, and nothing is put in.
  if (status !== 0 || stderr !== '') throw new Error(`${FILE} is not valid: ${stderr.trim()}`);
  return `${FILE}: ${Object.keys(JSON.parse(stdout).services).length} services are valid (schema of the Compose specification)`;
}

try {
  console.log(validate());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
