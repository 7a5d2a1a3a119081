/** @throws Error with both, when they differ. @param what as in `the number of rows`. */
export function equal(what: string, is: unknown, wanted: unknown): void {
  const [found, expected] = [JSON.stringify(is), JSON.stringify(wanted)];
  if (found !== expected) throw new Error(`${what} is ${found}, and not ${expected}`);
}

/** @throws Error with that text. */
export function hold(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}

/** For twins: what must be found out. @throws Error when it is not. */
export async function mustFail(what: string, run: () => unknown): Promise<void> {
  let failed = false;
  try {
    await run();
  } catch {
    failed = true;
  }
  hold(failed, `${what} went unnoticed: the check cannot fail`);
}
