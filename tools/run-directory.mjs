// The processes of a run (a dev stack, a test run), one small file each in a run directory: whoever is left alive
// can end them, in order and by pid. Runs on Node 20, before anything is installed: Node's own modules only.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Recorded as child-process.ts writes it.
 * @property {string} name
 * @property {number} pid
 * @property {number} order lower ends first; equal ones end together.
 * @property {string} signal what ends it in good order.
 * @property {string} command a part of its command line: a pid alone may by now be another program's.
 */

/** Writes down a process that must not outlive the run. @param {string} dir @param {Recorded} recorded */
export function record(dir, recorded) {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, `${recorded.name}.json`), JSON.stringify(recorded));
}

/** It has ended. @param {string} dir @param {string} name */
export function forget(dir, name) {
  rmSync(join(dir, `${name}.json`), { force: true });
}

/** @param {string} dir @returns {Recorded[]} those that still run. */
export function stillRunning(dir) {
  return filesOf(dir)
    .map((file) => readJson(join(dir, file)))
    .filter((recorded) => recorded !== null && isRunning(recorded));
}

/** True when the pid lives and is still that program. @param {Recorded} recorded */
export function isRunning({ pid, command }) {
  return commandLineOf(pid).includes(command);
}

/**
 * Ends what still runs, in order, each with its signal and after `graceMs` with SIGKILL; then forgets them all.
 * @param {string} dir
 * @param {number} graceMs for each order
 */
export async function stopRecorded(dir, graceMs = 30_000) {
  const running = stillRunning(dir);
  for (const order of [...new Set(running.map((one) => one.order))].sort((a, b) => a - b)) {
    const group = running.filter((one) => one.order === order && isRunning(one));
    for (const { pid, signal } of group) kill(pid, signal);
    const deadline = Date.now() + graceMs;
    while (group.some(isRunning)) {
      if (Date.now() > deadline) for (const one of group.filter(isRunning)) kill(one.pid, 'SIGKILL');
      await after(25);
    }
  }
  for (const file of filesOf(dir)) rmSync(join(dir, file), { force: true });
}

/**
 * Starts a process that outlives this one by a moment: when this one is gone, however it ended, it ends what `dir`
 * records, and removes `remove`.
 * @param {string} dir
 * @param {string} [remove] a folder
 */
export function startGuard(dir, remove) {
  const guard = spawn(process.execPath, [fileURLToPath(import.meta.url), dir, ...(remove ? [remove] : [])], {
    // A session of its own: what ends the terminal must not end the guard. The pipe's end is the news.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  guard.stdin.unref();
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended by itself meanwhile
  }
}

/** Empty for a process that is gone, or that has ended and waits for its parent to notice. */
function commandLineOf(pid) {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return '';
  }
}

function filesOf(dir) {
  try {
    return readdirSync(dir).filter((file) => file.endsWith('.json'));
  } catch {
    return [];
  }
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // removed meanwhile, or cut off in the middle of a write
  }
}

// node tools/run-directory.mjs <dir> [<folder to remove>]: the guard.
if (process.argv[1] !== undefined && basename(process.argv[1]) === basename(fileURLToPath(import.meta.url))) {
  const [, , dir, remove] = process.argv;
  process.stdin.resume().on('end', async () => {
    await stopRecorded(dir);
    if (remove !== undefined) rmSync(remove, { recursive: true, force: true });
  });
}
