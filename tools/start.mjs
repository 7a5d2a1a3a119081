// `npm start`: looks whether everything is there, installs and builds what is not, and runs the stack
// (tools/stack/main.ts) on Node 24. Runs on Node 20, before anything is installed: Node's own modules only.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setInterval } from 'node:timers';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, ROOT } from './ensure-install.mjs';
import { findJaeger } from './jaeger.mjs';
import { fetchKafkaJars } from './kafka-jars.mjs';
import { choosePorts, folderFault, jaegerFault, javaFault, mavenFault, nodeFault } from './preflight.mjs';
import { forget, record, startGuard, stillRunning, stopRecorded } from './run-directory.mjs';

const LOCK = join(ROOT, '.data', 'lock');
const RUN = join(ROOT, '.data', 'run');
const say = (text) => console.log(text);

const unknown = process.argv.slice(2).filter((argument) => argument !== '--no-demo');
if (unknown.length > 0) stop(`npm start does not know ${unknown.join(' ')}: it takes --no-demo and no other argument.`);
stopAt(nodeFault());
stopAt(folderFault(ROOT));

const [other] = stillRunning(LOCK).filter(({ pid }) => pid !== process.pid);
if (other) stop(`npm start runs here already (process ${other.pid}): use that one, or end it with Ctrl-C first.`);
process.once('exit', () => forget(LOCK, 'start'));
record(LOCK, { name: 'start', pid: process.pid, order: 0, signal: 'SIGTERM', command: 'start.mjs' });
const leftOver = stillRunning(RUN).map(({ name, pid }) => `${name} (process ${pid})`);
if (leftOver.length > 0) say(`Ending what an earlier run left behind: ${leftOver.join(', ')} …`);
await stopRecorded(RUN);

stopAt(javaFault(process.env));
stopAt(mavenFault(process.env));
stopAt(jaegerFault(process.env));
const { ports, fault } = await choosePorts(process.env);
stopAt(fault);

let stack = null;
let asked = false;
// A Ctrl-C reaches the stack from the terminal, from npm and from us: it takes them for one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    asked = true;
    if (stack === null) process.exit(130);
    stack.kill(signal);
  });
}

// Maven fetches while npm installs.
const jars = process.env.KAFKA_BROKERS ? Promise.resolve('') : fetchKafkaJars(say);
jars.catch(() => undefined); // told below
await install();
const node = ensureInstalled();
ensureBuilt(node, say);
const jarsDir = await jars.catch((error) => stop(error.message));

startGuard(RUN);
stack = spawn(node, ['--enable-source-maps', join(ROOT, 'dist/tools/stack/main.js'), ...process.argv.slice(2)], {
  cwd: ROOT,
  // The channel's end tells the stack that we are gone, however that happened.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, ...ports, KAFKA_JARS: jarsDir, JAEGER_BIN: findJaeger(process.env).bin ?? '' },
});
record(RUN, { name: 'stack', pid: stack.pid, order: 0, signal: 'SIGTERM', command: 'dist/tools/stack/main.js' });
endWithNpm();
stack.once('exit', async (code, signal) => {
  if (signal !== null && !asked) console.error(`The stack was killed by ${signal}: ending what it started …`);
  await stopRecorded(RUN);
  process.exit(code ?? (asked ? 0 : 1));
});

/** In a process group of its own, so that an end in the middle ends npm and all that it started. */
function install() {
  const child = spawn(process.execPath, [join(ROOT, 'tools', 'ensure-install.mjs')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  // npm would first undo what it did, for half a minute; an unfinished node_modules is recognised and made anew.
  const kill = () => process.kill(-child.pid, 'SIGKILL');
  process.once('exit', kill);
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      process.removeListener('exit', kill);
      if (code === 0) resolve();
      else process.exit(code ?? 1);
    });
  });
}

/** npm may be killed without a word to us. (The script says exec, so that no shell stands between npm and us.) */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stack.kill('SIGTERM');
  }, 1000).unref();
}

/** @param {string | null} fault */
function stopAt(fault) {
  if (fault !== null) stop(fault);
}

/** @returns {never} */
function stop(message) {
  console.error(message);
  process.exit(1);
}
