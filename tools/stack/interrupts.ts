/** One Ctrl-C comes more than once: from the terminal, from npm, from the program in between. */
const SAME_MS = 500;

/**
 * Tells of the wish to end: Ctrl-C, SIGTERM, a closed terminal, or the end of the parent that holds our channel.
 * @param begin called for the first wish, with its name.
 * @param force called for every later one.
 */
export function onInterrupt(begin: (what: string) => void, force: () => void): void {
  let firstAt: number | null = null;
  const wish = (what: string): void => {
    if (firstAt === null) {
      firstAt = performance.now();
      begin(what);
    } else if (performance.now() - firstAt > SAME_MS) {
      force();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => wish(signal));
  process.once('disconnect', () => wish('the end of npm start'));
}
