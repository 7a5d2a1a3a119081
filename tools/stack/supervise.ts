import { setTimeout as after } from 'node:timers/promises';
import { describeExit, type Child } from './child-process.js';
import { errorIn } from './error-in-log.js';

/** A program of the stack that shall always run. */
export interface Program {
  readonly name: string;
  /** Resolves with the process, started. */
  spawn(): Promise<Child>;
  /** Resolves when it serves. @throws Error when it ended first, or time ran out. */
  ready(child: Child): Promise<void>;
}

export interface Supervised {
  readonly name: string;
  /** Resolves when it serves. @throws Error when it does not: what fails the first time is not tried again. */
  start(): Promise<void>;
  /** Resolves when it is gone. Asks first; kills it after `graceMs` (0: at once). */
  stop(graceMs: number): Promise<void>;
}

/** Milliseconds before the first restart, doubled for each one that follows soon. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A program that ran this long starts over with a short pause. */
const STEADY_MS = 30_000;

/** Starts the program again whenever it ends by itself, and says why it ended. */
export function supervise(program: Program, say: (text: string) => void): Supervised {
  const stopping = new AbortController();
  let child: Child | undefined;
  let spawning: Promise<Child> | undefined;
  let pauseMs = FIRST_PAUSE_MS;

  const spawn = async (): Promise<Child> => {
    stopping.signal.throwIfAborted();
    spawning = program.spawn();
    child = await spawning;
    return child;
  };

  const watch = async (first: Child): Promise<void> => {
    let running: Child | null = first;
    while (running !== null) {
      const startedAt = performance.now();
      const exit = await running.exited;
      if (stopping.signal.aborted) return;
      if (performance.now() - startedAt > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      const reason = errorIn(running.lastLines(50), exit);
      say(`${describeExit(program.name, exit)}${reason === null ? '' : `: ${reason}`}. Starting it again …`);
      running = await again();
    }
  };

  /** Tries until it is started; null when it shall not be any more. */
  const again = async (): Promise<Child | null> => {
    const diedAt = performance.now();
    for (;;) {
      try {
        await after(pauseMs, undefined, { signal: stopping.signal });
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
        const running = await spawn();
        void tellWhenReady(running, diedAt);
        return running;
      } catch (error) {
        if (stopping.signal.aborted) return null;
        say(`${program.name} does not start (${messageOf(error)}). Trying again in ${pauseMs / 1000} s …`);
      }
    }
  };

  const tellWhenReady = async (running: Child, diedAt: number): Promise<void> => {
    try {
      await program.ready(running);
      say(`${program.name} is back, after ${((performance.now() - diedAt) / 1000).toFixed(1)} s.`);
    } catch (error) {
      // One that ended meanwhile is told by its watch.
      if (running.running()) say(messageOf(error));
    }
  };

  return {
    name: program.name,
    start: async () => {
      const running = await spawn();
      await program.ready(running);
      void watch(running);
    },
    stop: async (graceMs) => {
      stopping.abort();
      await spawning?.catch(() => undefined); // told by whoever waits for it
      await child?.stop(graceMs);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
