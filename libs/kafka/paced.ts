import { pause } from './timing.js';

/**
 * Resolves when `name` may begin again: at once when it began at least `everyMs` ago, in whole milliseconds.
 * @param now milliseconds, of a clock that is never set.
 */
export function paced(
  everyMs: number,
  now: () => number = () => performance.now(),
  wait: (ms: number) => Promise<void> = pause,
): (name: string) => Promise<void> {
  const began = new Map<string, number>();
  return async (name) => {
    const left = Math.ceil((began.get(name) ?? -Infinity) + everyMs - now());
    if (left > 0) await wait(left);
    began.set(name, now());
  };
}
