import { pino, type DestinationStream } from 'pino';

/** What waits is written when it is so long, in characters… */
const WRITE_AT = 64 * 1024;
/** …or after so long, in milliseconds. */
export const WRITE_EVERY_MS = 100;
/** How createLogger's lines begin. */
const ERROR_LINE = '{"level":"error"';

export interface LineBuffer extends DestinationStream {
  /** Writes what waits. pino calls it after a fatal line. */
  flushSync(): void;
}

/**
 * Gathers the lines of a log: a system call for each of thousands a second costs as much as making them. None waits
 * longer than `WRITE_EVERY_MS` while the event loop turns, and an error is written at once, with all before it: what
 * caused it may end the process.
 *
 * @param sink its `write` returns when the lines are there.
 * @param after calls back after so many milliseconds, and keeps no process alive for it.
 */
export function bufferLines(
  sink: DestinationStream,
  after: (ms: number, callback: () => void) => void = unreffed,
): LineBuffer {
  let waiting = '';
  let isTimed = false;
  const flushSync = (): void => {
    const lines = waiting;
    waiting = '';
    if (lines !== '') sink.write(lines);
  };
  return {
    flushSync,
    write: (line) => {
      waiting += line;
      if (waiting.length >= WRITE_AT || line.startsWith(ERROR_LINE)) return flushSync();
      if (isTimed) return;
      isTimed = true;
      after(WRITE_EVERY_MS, () => {
        isTimed = false;
        flushSync();
      });
    },
  };
}

/**
 * The process' standard output in larger pieces, with nothing left unwritten when the process exits, by itself or because
 * of what nobody caught. A SIGKILL takes what waits then: no error, and less than `WRITE_EVERY_MS` of the rest.
 */
export function bufferedOutput(): LineBuffer {
  return (output ??= openOutput());
}

/** One for all loggers of a process, which keeps their lines in order. */
let output: LineBuffer | null = null;

function openOutput(): LineBuffer {
  // Whoever reads along in this process (a spec) stands in the way, as pino itself has it.
  const isWatched = Object.hasOwn(process.stdout, 'write');
  // pino's writes before it returns, also to a pipe whose reader is slow.
  const buffer = bufferLines(isWatched ? process.stdout : pino.destination({ dest: 1, sync: true }));
  process.on('exit', () => buffer.flushSync());
  return buffer;
}

function unreffed(ms: number, callback: () => void): void {
  setTimeout(callback, ms).unref();
}
