// Runs a program of dist on Node 24 in a folder of its own, which is gone afterwards with everything that was started
// in it. Runs on Node 20, before anything is installed: Node's own modules only.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, ROOT } from './ensure-install.mjs';
import { fetchKafkaJars } from './kafka-jars.mjs';
import { javaFault, mavenFault, nodeFault } from './preflight.mjs';
import { record, startGuard, stillRunning, stopRecorded } from './run-directory.mjs';

const say = (text) => console.log(text);

/**
 * Installs and builds what is not there, runs the program, and ends this process with the program's exit code.
 * @param {string} name of the process.
 * @param {string} main below the repository.
 * @param {(dir: string) => Record<string, string>} environment what it gets besides ours and KAFKA_JARS.
 */
export async function launch(name, main, environment) {
  let program = null;
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      asked = true;
      if (program === null) process.exit(130);
      program.kill(signal);
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
  if (!stackRuns || !existsSync(join(ROOT, main))) ensureBuilt(node, say);
  const jars = await fetchKafkaJars(say).catch((error) => stopAt(error.message));

  const dir = mkdtempSync(join(tmpdir(), `recho-${name}-`));
  // The user postgres, as whom PostgreSQL runs when we are root, has to pass through.
  chmodSync(dir, 0o711);
  const run = join(dir, 'run');
  startGuard(run, dir);
  program = spawn(node, ['--enable-source-maps', join(ROOT, main), ...process.argv.slice(2)], {
    cwd: ROOT,
    // The channel's end tells it that we are gone, however that happened.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, KAFKA_JARS: jars, ...environment(dir) },
  });
  record(run, { name, pid: program.pid, order: 0, signal: 'SIGTERM', command: main });
  program.once('exit', async (code) => {
    await stopRecorded(run);
    rmSync(dir, { recursive: true, force: true });
    process.exit(code ?? (asked ? 130 : 1));
  });
}

/** @param {string | null} fault */
function stopAt(fault) {
  if (fault === null) return;
  console.error(fault);
  process.exit(1);
}
