/**
 * What `ask` resolves with; when it fails, or has not answered in time, what `otherwise` makes of that error. What is late
 * goes on all the same.
 */
export async function within<T>(ms: number, ask: () => Promise<T> | T, otherwise: (error: unknown) => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([Promise.resolve().then(ask), late]);
  } catch (error) {
    return otherwise(error);
  } finally {
    clearTimeout(timer);
  }
}
