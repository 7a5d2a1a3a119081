// `npm run bench`: installs and builds what is not there, and runs the benchmarks (test/bench/main.ts) on Node 24 in a
// folder of their own, which is gone afterwards with everything that was started. Runs on Node 20.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, ROOT } from './ensure-install.mjs';
import { fetchKafkaJars } from './kafka-jars.mjs';
import { javaFault, mavenFault, nodeFault } from './preflight.mjs';
import { record, startGuard, stillRunning, stopRecorded } from './run-directory.mjs';

const MAIN = 'dist/test/bench/main.js';
const say = (text) => console.log(text);

let bench = null;
let asked = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    asked = true;
    if (bench === null) process.exit(130);
    bench.kill(signal);
  });
}

stopAt(nodeFault());
// Kafka is embedded here whatever the environment names.
const withoutBrokers = { ...process.env, KAFKA_BROKERS: '' };
stopAt(javaFault(withoutBrokers));
stopAt(mavenFault(withoutBrokers));
const node = ensureInstalled();
// A build would take the programs away from under a running stack.
const stackRuns = stillRunning(join(ROOT, '.data', 'lock')).length > 0;
if (!stackRuns || !existsSync(join(ROOT, MAIN))) ensureBuilt(node, say);
const jars = await fetchKafkaJars(say).catch((error) => stopAt(error.message));

const dir = mkdtempSync(join(tmpdir(), 'recho-bench-'));
// The user postgres, as whom PostgreSQL runs when we are root, has to pass through.
chmodSync(dir, 0o711);
const run = join(dir, 'run');
startGuard(run, dir);
bench = spawn(node, ['--enable-source-maps', join(ROOT, MAIN), ...process.argv.slice(2)], {
  cwd: ROOT,
  // The channel's end tells it that we are gone, however that happened.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, BENCH_DIR: dir, KAFKA_JARS: jars },
});
record(run, { name: 'bench', pid: bench.pid, order: 0, signal: 'SIGTERM', command: MAIN });
bench.once('exit', async (code) => {
  await stopRecorded(run);
  rmSync(dir, { recursive: true, force: true });
  process.exit(code ?? (asked ? 130 : 1));
});

/** @param {string | null} fault */
function stopAt(fault) {
  if (fault === null) return;
  console.error(fault);
  process.exit(1);
}
