import { setTimeout as after } from 'node:timers/promises';
import { describeExit, tailOf, type Child } from './child-process.js';

const ASK_EVERY_MS = 40;

/**
 * Asks `ready` again and again until it says true. @throws Error when the process ends first, or time runs out, with
 * the last lines of its log.
 */
export async function untilReady(child: Child, ready: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await ready()) || !child.running()) {
    const why = !child.running()
      ? `${describeExit(child.name, await child.exited)} while starting`
      : Date.now() > deadline
        ? `${child.name} is not ready after ${timeoutMs / 1000} s`
        : null;
    if (why !== null) {
      await child.stop(5000);
      throw new Error(`${why} (see ${child.logFile}): ${tailOf(child.logFile, 3).join(' | ')}`);
    }
    await after(ASK_EVERY_MS);
  }
}
