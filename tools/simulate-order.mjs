// `npm run simulate:order [-- --runs N --seed S --path P]`: the simulation of libs/ordering, longer or once more. Runs on
// Node 20.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, ROOT } from './ensure-install.mjs';

const HELP = `npm run simulate:order -- [--runs N] [--seed S] [--path P]
  --runs N   histories to play (default 100000)
  --seed S   those of a run before, in the same order
  --path P   with --seed: one history of it, as a failing run prints it`;

const string = { type: 'string' };
let values;
try {
  ({ values } = parseArgs({ options: { runs: string, seed: string, path: string, help: { type: 'boolean' } } }));
} catch (error) {
  console.error(`${error.message}\n${HELP}`);
  process.exit(2);
}
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const node = ensureInstalled();
const env = {
  ...process.env,
  NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
  SIMULATION_RUNS: values.runs ?? '100000',
  ...(values.seed === undefined ? {} : { SIMULATION_SEED: values.seed }),
  ...(values.path === undefined ? {} : { SIMULATION_PATH: values.path }),
};
const only = ['libs/ordering/simulation.spec.ts', '--verbose', '-t', 'keeps every invariant|every turn'];
const { status } = spawnSync(node, [join(ROOT, 'node_modules/jest/bin/jest.js'), ...only], {
  cwd: ROOT,
  stdio: 'inherit',
  env,
});
process.exit(status ?? 1);
