// `npm test [-- <jest arguments>]`: installs what is missing, builds, and runs jest on Node 24. Runs on Node 20.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ensureInstalled, ROOT } from './ensure-install.mjs';

/**
 * Specs of the whole system under load, with parts of it killed or away: two of them on one machine would be a test of
 * the machine. Not these two, which wait for the ladder and for a webhook's pace and do little meanwhile.
 */
const ALONE = 'test/(chaos|e2e)/(?!ladder|slack-pace)';
/** Workers of all other specs: more than jest's own choice on a machine of two cores (one), for they wait a lot. */
const WORKERS = 2;

const node = ensureInstalled();

/** @returns the program's exit status; says so when it cannot be started. */
function run(program, args, env = {}) {
  const { status, error } = spawnSync(node, [join(ROOT, 'node_modules', program), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    // Programs that are started in turn (services, compilers) find Node 24 too.
    env: { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`, ...env },
  });
  if (error !== undefined) console.error(`${program} could not be started: ${error.message}`);
  return status ?? 1;
}

// NestJS 12 is ESM only, which jest loads under this flag alone; it announces the flag as experimental at every start.
const options = `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`;
const jest = (args) => run('jest/bin/jest.js', args, { NODE_OPTIONS: options.trim() });

/** The whole suite in two runs. With `--json --outputFile=FILE`, FILE has both: their counts, and whether both passed. */
function runAll(args) {
  const file = args.find((arg) => arg.startsWith('--outputFile='))?.slice('--outputFile='.length);
  const results = [];
  const part = (...selected) => {
    if (file !== undefined) rmSync(file, { force: true });
    const status = jest([...args, ...selected]);
    if (file !== undefined && existsSync(file)) results.push(JSON.parse(readFileSync(file, 'utf8')));
    return status;
  };
  console.log(`Specs that run beside each other (${WORKERS} at a time) …`);
  const beside = part(`--maxWorkers=${WORKERS}`, `--testPathIgnorePatterns=/node_modules/|${ALONE}`);
  console.log('Specs that want the machine to themselves …');
  const alone = part('--runInBand', `--testPathPatterns=${ALONE}`);
  // One that left no result has failed altogether: no file says that all is well.
  if (results.length === 2) writeFileSync(file, JSON.stringify(together(results)));
  else if (file !== undefined) rmSync(file, { force: true });
  if (beside !== 0) console.error('Of the specs that run beside each other some failed: see further up.');
  for (const line of failuresIn(results)) console.error(line);
  return beside || alone;
}

/** Where a log is long, its end is what is read: what failed, and the first words of why. */
function* failuresIn(results) {
  for (const { name, message, assertionResults } of results.flatMap(({ testResults }) => testResults)) {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const file = relative(ROOT, name);
    for (const { fullName, failureMessages } of failed)
      yield `FAILED ${file}: ${fullName}\n${startOf(failureMessages[0])}`;
    // One that could not be run, or that failed before and after its tests.
    if (failed.length === 0 && message !== '' && message !== undefined) yield `FAILED ${file}\n${startOf(message)}`;
  }
}

function startOf(text = '') {
  return stripVTControlCharacters(text).split('\n').slice(0, 12).join('\n');
}

function together(results) {
  const sum = (name) => results.reduce((total, result) => total + result[name], 0);
  const counts = Object.keys(results[0]).filter((name) => /^num[A-Z]/.test(name));
  return {
    success: results.every(({ success }) => success),
    ...Object.fromEntries(counts.map((name) => [name, sum(name)])),
    testResults: results.flatMap(({ testResults }) => testResults),
  };
}

console.log('Building …');
if (run('@nestjs/cli/bin/nest.js', ['build']) !== 0) process.exit(1);
const args = process.argv.slice(2);
// A path, or any other selection: what was asked for, in one run.
const all = args.every((arg) => /^--(ci|forceExit|json|silent|verbose|outputFile=.*)$/.test(arg));
process.exitCode = all ? runAll(args) : jest(args);
