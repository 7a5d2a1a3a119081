/** The first pause before an attempt that did not count is made again, and the longest, in milliseconds. */
const FIRST_MS = 250;
const LONGEST_MS = 5000;
/** A head that has been held for so long goes to Postgres, so that it does not hold up its partition, in milliseconds. */
const LONG_MS = 10_000;

/** How long heads have been held: the pauses grow, and a long one is told. */
export class Holds {
  private readonly held = new Map<string, { readonly since: number; ms: number }>();

  /** @param now Unix milliseconds. */
  constructor(private readonly now: () => number) {}

  /** The lane's next pause. */
  next(laneKey: string): { readonly ms: number; readonly isLong: boolean } {
    const before = this.held.get(laneKey);
    if (before === undefined) {
      this.held.set(laneKey, { since: this.now(), ms: FIRST_MS });
      return { ms: FIRST_MS, isLong: false };
    }
    before.ms = Math.min(before.ms * 2, LONGEST_MS);
    return { ms: before.ms, isLong: this.now() - before.since >= LONG_MS };
  }

  /** It is held no more. */
  over(laneKey: string): void {
    if (this.held.size > 0) this.held.delete(laneKey);
  }
}
