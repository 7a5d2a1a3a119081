import { setTimeout as after } from 'node:timers/promises';
import { describeExit, type Child } from './child-process.js';

const ASK_EVERY_MS = 40;

/**
 * Asks again and again until the answer is true; a text says what is still awaited.
 * @throws Error when the process ends first, or time runs out: with the last answer and the last lines of its log.
 */
export async function untilReady(
  child: Child,
  ask: () => Promise<boolean | string>,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (!child.running()) {
      const lines = child.lastLines(3).join(' | ');
      throw new Error(`${describeExit(child.name, await child.exited)} while it started: ${lines} (${child.logFile})`);
    }
    if (answer === true) return;
    if (performance.now() > deadline) {
      const awaited = typeof answer === 'string' ? `: ${answer}` : '';
      throw new Error(`${child.name} is not ready after ${timeoutMs / 1000} s${awaited} (${child.logFile})`);
    }
    await after(ASK_EVERY_MS);
  }
}

/** As untilReady; what is not ready in time is stopped. */
export async function readyOrStopped(child: Child, ask: () => Promise<boolean | string>): Promise<Child> {
  try {
    await untilReady(child, ask);
    return child;
  } catch (error) {
    await child.stop(0);
    throw error;
  }
}
