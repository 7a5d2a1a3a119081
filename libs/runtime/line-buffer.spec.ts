/**
 * A log whose lines are gathered. Oracle: what the sink got; of the process' end, what another process read of it.
 */
import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { bufferLines, WRITE_EVERY_MS } from './line-buffer.js';

function world() {
  const written: string[] = [];
  const timers: { ms: number; callback: () => void }[] = [];
  const sink = { write: (lines: string) => void written.push(lines) };
  const buffer = bufferLines(sink, (ms, callback) => void timers.push({ ms, callback }));
  return { written, timers, buffer, ring: () => timers.shift()?.callback() };
}

const info = (number: number) => `{"level":"info","n":${number}}\n`;

it('lines of a moment are written together, in their order', () => {
  const { written, timers, buffer, ring } = world();
  for (const number of [1, 2, 3]) buffer.write(info(number));
  expect([written, timers.map(({ ms }) => ms)]).toEqual([[], [WRITE_EVERY_MS]]);
  ring();
  expect(written).toEqual([info(1) + info(2) + info(3)]);
});

it('none is written twice, and later ones are timed anew', () => {
  const { written, timers, buffer, ring } = world();
  buffer.write(info(1));
  ring();
  expect(timers).toHaveLength(0);
  buffer.write(info(2));
  ring();
  expect(written).toEqual([info(1), info(2)]);
});

it('an error is written at once, behind all before it', () => {
  const { written, buffer } = world();
  buffer.write(info(1));
  buffer.write('{"level":"error","n":2}\n');
  expect(written).toEqual([info(1) + '{"level":"error","n":2}\n']);
});

it('many lines do not wait for the time to be over', () => {
  const { written, buffer } = world();
  for (let number = 0; number < 10_000; number++) buffer.write(info(number));
  expect(written.length).toBeGreaterThan(0);
  buffer.flushSync();
  expect(written.join('')).toBe(Array.from({ length: 10_000 }, (_, number) => info(number)).join(''));
});

describe('when the process ends', () => {
  const source = pathToFileURL(new URL('line-buffer.ts', import.meta.url).pathname).href;
  const outputOf = (end: string): string =>
    spawnSync(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        '--input-type=module',
        '--eval',
        `import { bufferedOutput } from ${JSON.stringify(source)};
         bufferedOutput().write('the last line\\n');
         ${end}`,
      ],
      { cwd: process.cwd(), encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
    ).stdout;

  it.each([
    ['by itself', ''],
    ['by process.exit', 'process.exit(1)'],
    ['of an error that nobody caught', 'throw new Error("x")'],
    ['of a rejection that nobody caught', 'await Promise.reject(new Error("x"))'],
  ])('%s, everything was written', (_, end) => {
    expect(outputOf(end)).toBe('the last line\n');
  });

  it('by SIGKILL, what waited is lost', () => {
    expect(outputOf('process.kill(process.pid, "SIGKILL"); await new Promise(() => {})')).toBe('');
  });
});
