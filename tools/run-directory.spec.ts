/**
 * Nothing of a run outlives it, however it ends; and nothing else is ended.
 * Oracle: the process table, asked by signal 0.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '#libs/testkit';
import { startChild, type Child } from './stack/child-process.js';
import { REPOSITORY } from './stack/repository.js';

const MODULE = join(REPOSITORY, 'tools', 'run-directory.mjs');
/** It is plain JavaScript, for it runs before anything is installed. */
const { stopRecorded, stillRunning } = (await import(MODULE)) as {
  stopRecorded(dir: string, graceMs?: number): Promise<void>;
  stillRunning(dir: string): { name: string }[];
};

let dir: string;
let run: string;
let children: Child[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'run-'));
  run = join(dir, 'run');
  children = [];
});

afterEach(async () => {
  for (const child of children) await child.stop(0);
  await rm(dir, { recursive: true, force: true });
});

/** Writes its name to `ends` when it is asked to end, and then takes `delay` ms. */
async function recorded(name: string, order: number, delay = 0): Promise<Child> {
  const ends = join(dir, 'ends');
  const end = `require('fs').appendFileSync('${ends}', '${name} '); setTimeout(() => process.exit(0), ${delay})`;
  const script = `process.on('SIGTERM', () => { ${end} }); console.log('up'); setInterval(() => {}, 1000) // ${name}`;
  const args = ['-e', script];
  const child = await startChild({
    name,
    command: process.execPath,
    args,
    logFile: join(dir, `${name}.log`),
    runDir: run,
    order,
  });
  children.push(child);
  await waitFor(`${name} to be up`, () => child.lastLines(1).length === 1);
  return child;
}

const endsInOrder = (): Promise<string> => readFile(join(dir, 'ends'), 'utf8');

test('what is recorded is ended in order, each when the one before it is gone', async () => {
  await recorded('postgres', 3);
  await recorded('kafka', 2);
  const router = await recorded('router', 1, 150);
  expect(
    stillRunning(run)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['kafka', 'postgres', 'router']);
  await stopRecorded(run);
  expect(await endsInOrder()).toBe('router kafka postgres ');
  expect(router.running()).toBe(false);
  expect(stillRunning(run)).toEqual([]);
});

test('what does not end when it is asked to is killed', async () => {
  const stubborn = await recorded('stubborn', 1, 60_000);
  await stopRecorded(run, 100);
  expect((await stubborn.exited).signal).toBe('SIGKILL');
});

test('a pid that is another program by now is left alone', async () => {
  const bystander = await recorded('bystander', 1);
  await mkdir(join(dir, 'old'));
  const note = { name: 'kafka', pid: bystander.pid, order: 1, signal: 'SIGKILL', command: '/old/kafka.properties' };
  await writeFile(join(dir, 'old', 'kafka.json'), JSON.stringify(note));
  await stopRecorded(join(dir, 'old'));
  expect(bystander.running()).toBe(true);
});

test('when the process that holds the guard is killed, the guard ends what is recorded and removes the folder', async () => {
  const kafka = await recorded('kafka', 1);
  const script = `import { startGuard } from '${MODULE}'; startGuard('${run}', '${dir}'); console.log('guarded'); setInterval(() => {}, 1000)`;
  const args = ['--input-type=module', '-e', script];
  const holder = await startChild({
    name: 'holder',
    command: process.execPath,
    args,
    logFile: join(dir, 'holder.log'),
  });
  await waitFor('the guard', () => holder.lastLines(1)[0] === 'guarded');
  expect(kafka.running()).toBe(true);
  await holder.stop(0);
  await kafka.exited;
  await waitFor('the folder to be removed', () => !existsSync(dir));
});
