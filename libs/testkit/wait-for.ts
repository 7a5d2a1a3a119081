import { setTimeout as after } from 'node:timers/promises';

const LOOK_EVERY_MS = 10;

/**
 * Looks again and again until the condition gives something other than false, null or undefined, and returns that.
 * @param what ends the sentence "waited 30 s for …".
 * @param timeoutMs in milliseconds; long, because it costs nothing where things go well, and a machine may be slow.
 * @throws Error when time runs out, with what the condition threw last, if it did.
 */
export async function waitFor<T>(
  what: string | (() => string),
  condition: () => T | Promise<T>,
  { timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const value = await condition();
      if (value !== false && value !== null && value !== undefined) return value as NonNullable<Exclude<T, false>>;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      const last = cause instanceof Error ? `; the last look failed: ${cause.message}` : '';
      throw new Error(`waited ${timeoutMs / 1000} s for ${typeof what === 'string' ? what : what()}${last}`, { cause });
    }
    await after(LOOK_EVERY_MS);
  }
}
