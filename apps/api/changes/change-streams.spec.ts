import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Readable } from 'node:stream';
import { ChangeStreams, MOST_OF_PROJECT, MOST_STREAMS } from './change-streams.js';

/* Streams of changes, with a clock of the spec's own. Oracle: what can be read of them. */

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => void jest.useRealTimers());

/** What came since it was read last. */
const read = (stream: Readable): string => String((stream.read() as Buffer | null) ?? '');
const HINT = 'event: changed\ndata: {"deliveries":true}\n\n';

/** With what each begins with read. */
function opened(streams: ChangeStreams, projectId = 'p'): Readable {
  const stream = streams.open(projectId);
  expect(read(stream)).toBe(`retry: 1000\n\n${HINT}`);
  return stream;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a stream of changes', () => {
  it('has a hint at once, the next one after 500 ms, for all that came between, and then none', () => {
    const streams = new ChangeStreams();
    const stream = opened(streams);
    streams.changed(['p']);
    expect(read(stream)).toBe(HINT);
    for (let n = 0; n < 10; n += 1) streams.changed(['p', 'another']);
    jest.advanceTimersByTime(499);
    expect(read(stream)).toBe('');
    jest.advanceTimersByTime(1);
    expect(read(stream)).toBe(HINT);
    jest.advanceTimersByTime(2000);
    expect(read(stream)).toBe('');
    streams.changed('all');
    expect(read(stream)).toBe(HINT);
  });

  it('is quiet while its project is, but for a comment every 15 s; it ends after five minutes', async () => {
    const streams = new ChangeStreams();
    const stream = opened(streams);
    streams.changed(['another']);
    jest.advanceTimersByTime(14_999);
    expect(read(stream)).toBe('');
    jest.advanceTimersByTime(1);
    expect(read(stream)).toBe(': still here\n\n');
    jest.advanceTimersByTime(300_000 - 15_001);
    read(stream);
    expect([stream.readableEnded, streams.count()]).toEqual([false, 1]);
    jest.advanceTimersByTime(1);
    stream.resume();
    await turn();
    expect([stream.readableEnded, streams.count()]).toEqual([true, 0]);
  });

  it('whose reader takes nothing is given up, and only that one', async () => {
    const streams = new ChangeStreams();
    const [stuck, read] = [opened(streams), opened(streams).resume()];
    for (let n = 0; n < 500; n += 1) {
      streams.changed(['p']);
      jest.advanceTimersByTime(500);
      await turn();
    }
    expect([stuck.destroyed, read.destroyed, streams.count()]).toEqual([true, false, 1]);
  });

  it('is one of so many of a project, and of so many in all', () => {
    const streams = new ChangeStreams();
    for (let n = 0; n < MOST_STREAMS; n += 1) streams.open(`p${Math.floor(n / MOST_OF_PROJECT)}`);
    expect(streams.count()).toBe(MOST_STREAMS);
    expect(() => streams.open('p0')).toThrow(/this project in 100 streams/);
    expect(() => streams.open('fresh')).toThrow(/something in 1000 streams/);
  });

  it('ends when the process does, and no other one begins', async () => {
    const streams = new ChangeStreams();
    const stream = opened(streams).resume();
    streams.onModuleDestroy();
    await turn();
    expect(stream.readableEnded).toBe(true);
    expect(() => streams.open('p')).toThrow(/shutting down/);
  });
});
