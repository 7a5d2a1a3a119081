// `npm run simulate:order` and `npm run simulate:hand-over [-- --runs N --seed S --path P]`: a simulation of the suite,
// longer or once more. Runs on Node 20.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, ROOT } from './ensure-install.mjs';

/** By the word after `simulate:`. `only`: the specs of the file that the histories are in, by name. */
const SIMULATIONS = {
  order: { spec: 'libs/ordering/simulation.spec.ts', only: 'keeps every invariant|every turn', runs: '100000' },
  'hand-over': { spec: 'libs/delivery/hand-over.properties.spec.ts', only: 'whoever dies when', runs: '2000' },
};

const [what, ...args] = process.argv.slice(2);
const { spec, only, runs } = SIMULATIONS[what];
const HELP = `npm run simulate:${what} -- [--runs N] [--seed S] [--path P]
  --runs N   histories to play (default ${runs})
  --seed S   those of a run before, in the same order
  --path P   with --seed: one history of it, as a failing run prints it`;

const string = { type: 'string' };
let values;
try {
  ({ values } = parseArgs({ args, options: { runs: string, seed: string, path: string, help: { type: 'boolean' } } }));
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
  SIMULATION_RUNS: values.runs ?? runs,
  ...(values.seed === undefined ? {} : { SIMULATION_SEED: values.seed }),
  ...(values.path === undefined ? {} : { SIMULATION_PATH: values.path }),
};
const jest = [join(ROOT, 'node_modules/jest/bin/jest.js'), spec, '--verbose', '-t', only];
const { status } = spawnSync(node, jest, { cwd: ROOT, stdio: 'inherit', env });
process.exit(status ?? 1);
