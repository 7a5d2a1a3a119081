import { makeAttempt, type AttemptDeps, type DueAttempt, type Outcome, type Skip } from './attempt.js';
import type { Permit } from './destination.js';

/** The attempts of a tenure: counted while they are under way, so that it can end in good order. */
export class AttemptsUnderWay {
  private readonly aborting = new AbortController();
  private stopped = false;
  /** Requests that still wait for a connection when the tenure ends are left to the next owner. */
  private readonly leave: Permit = { signal: this.aborting.signal, mayStart: () => !this.stopped };
  private underWay = 0;
  private onNone: (() => void) | null = null;

  constructor(
    private readonly deps: AttemptDeps,
    private readonly after: (ms: number, callback: () => void) => void,
  ) {}

  get count(): number {
    return this.underWay;
  }

  /** One attempt; it is under way until `over` has dealt with its result. */
  make(due: DueAttempt, over: (result: Outcome | Skip) => void): void {
    this.underWay += 1;
    void makeAttempt(this.deps, due, this.leave).then((result) => {
      over(result);
      // Only now: a drain that goes on when none is under way finds all of them on their way to a commit.
      this.underWay -= 1;
      if (this.underWay === 0) this.onNone?.();
    });
  }

  /** Nothing is sent any more that was not; what was may end. */
  stop(): void {
    this.stopped = true;
  }

  abort(): void {
    this.aborting.abort();
  }

  /** Whether none is under way within so many milliseconds. */
  noneWithin(ms: number): Promise<boolean> {
    if (this.underWay === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.onNone = () => resolve(true);
      this.after(ms, () => resolve(false));
    });
  }
}
