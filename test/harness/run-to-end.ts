/**
 * Runs a program of ours that a launcher of tools/ has started, and ends the process with its exit code: 130 on Ctrl-C,
 * SIGTERM or the launcher's end, 1 with what it threw.
 */
export async function runToEnd(main: () => Promise<number>): Promise<never> {
  process.once('disconnect', () => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  try {
    process.exit(await main());
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}
