/**
 * A program of the stack always runs: whoever ends it, it is started again, and its end is told with the reason.
 * Oracles: the processes themselves, and what was said.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '#libs/testkit';
import { startChild, type Child } from './child-process.js';
import { supervise, type Supervised } from './supervise.js';
import { untilReady } from './until-ready.js';

let dir: string;
let said: string[];
let children: Child[];
let supervised: Supervised;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'supervise-'));
  said = [];
  children = [];
});

afterEach(async () => {
  await supervised.stop(0);
  await rm(dir, { recursive: true });
});

const WAITS = 'setInterval(() => {}, 1000)';

/** Supervises `node -e` scripts: the first start runs the first of them, and so on; the last one again and again. */
function running(...scripts: string[]): Supervised {
  supervised = supervise(
    {
      name: 'router',
      spawn: async () => {
        const script = scripts[Math.min(children.length, scripts.length - 1)]!;
        const logFile = join(dir, 'router.log');
        const child = await startChild({ name: 'router', command: process.execPath, args: ['-e', script], logFile });
        children.push(child);
        return child;
      },
      ready: (child) => untilReady(child, () => Promise.resolve(child.lastLines(1)[0] === 'ready')),
    },
    (text) => said.push(text),
  );
  return supervised;
}

const READY = `console.log('ready'); ${WAITS}`;
const DIES_ON_USR1 = `console.log('ready'); process.on('SIGUSR1', () => { throw new Error('the disk is full') }); ${WAITS}`;

test('a program that is killed is started again, and the signal is told', async () => {
  await running(READY).start();
  process.kill(children[0]!.pid, 'SIGKILL');
  await waitFor('the second process', () => said.some((line) => line.startsWith('router is back, after ')));
  expect(said[0]).toBe('router was killed by SIGKILL. Starting it again …');
  expect(children.map((child) => child.running())).toEqual([false, true]);
});

test('a program that fails is started again, and its last error is told', async () => {
  await running(DIES_ON_USR1, READY).start();
  process.kill(children[0]!.pid, 'SIGUSR1');
  await waitFor('the second process', () => said.length === 2);
  expect(said[0]).toBe('router ended with exit code 1: Error: the disk is full. Starting it again …');
});

test('what fails again while it starts is tried again, until it is back', async () => {
  await running(READY, 'process.exit(3)', READY).start();
  process.kill(children[0]!.pid, 'SIGKILL');
  await waitFor('the third process', () => said.some((line) => line.startsWith('router is back')));
  expect(said).toContain('router ended with exit code 3. Starting it again …');
  expect(children).toHaveLength(3);
});

test('a first start that fails is told with the last lines of the log, and not repeated', async () => {
  const failing = running("console.error('HEALTH_PORT is not a port'); process.exit(78)");
  await expect(failing.start()).rejects.toThrow(
    'router ended with exit code 78 while it started: HEALTH_PORT is not a port',
  );
  expect(children).toHaveLength(1);
});

test('stopping ends the program for good, also between its death and its next start', async () => {
  await running(READY).start();
  process.kill(children[0]!.pid, 'SIGKILL');
  await waitFor('its end to be told', () => said.length === 1);
  await supervised.stop(1000);
  expect(children.filter((child) => child.running())).toEqual([]);
  await expect(supervised.start()).rejects.toThrow();
});

test('stopping asks first, and kills what does not end', async () => {
  await running(`process.on('SIGTERM', () => console.log('not yet')); ${READY}`).start();
  await supervised.stop(200);
  expect(children[0]!.lastLines(2)).toEqual(['ready', 'not yet']);
  expect(await children[0]!.exited).toEqual({ code: null, signal: 'SIGKILL' });
});
