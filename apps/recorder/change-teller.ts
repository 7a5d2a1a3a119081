import { setTimeout as after } from 'node:timers/promises';

export interface ChangeTellerDeps {
  /** @throws when nobody could be told. */
  tell(projectIds: readonly string[]): Promise<void>;
  /** Between two times, in milliseconds: under load, a batch more changes nothing for whoever watches. */
  readonly pauseMs: number;
}

/** Tells whoever watches projects that something was recorded for them, beside the batches: none of them waits for it. */
export class ChangeTeller {
  private readonly untold = new Set<string>();
  private readonly leaving = new AbortController();
  private telling = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly deps: ChangeTellerDeps) {}

  /** What is noted before anybody is told is told once. */
  note(projectIds: Iterable<string>): void {
    for (const id of projectIds) this.untold.add(id);
    if (!this.telling) this.running = this.run();
  }

  /** Resolves when all was told, or could not be. */
  async close(): Promise<void> {
    this.leaving.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.leaving;
    this.telling = true;
    while (this.untold.size > 0) {
      const ids = [...this.untold];
      this.untold.clear();
      try {
        await this.deps.tell(ids);
      } catch {
        // Readiness says that Postgres is away. Told later, unless nobody waits for that any more.
        if (signal.aborted) break;
        for (const id of ids) this.untold.add(id);
      }
      await after(this.deps.pauseMs, undefined, { signal, ref: false }).catch(() => undefined); // leaving
    }
    this.telling = false;
  }
}
