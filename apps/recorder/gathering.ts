import { setImmediate as others } from 'node:timers/promises';

export interface GatheringDeps<Item> {
  /** @throws when none of them is done; whoever handed them in is told. */
  write(items: readonly Item[]): Promise<void>;
  /** How many of these, from the first on, may be written together: at least one. */
  fit(items: readonly Item[]): number;
}

interface HandedIn<Item> {
  readonly item: Item;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * What is handed in at the same time is written together, in its order: one write at a time, and what comes meanwhile
 * waits for the next. A write costs by the time, more than by what is in it.
 */
export class Gathering<Item> {
  private waiting: HandedIn<Item>[] = [];
  private writing = false;

  constructor(private readonly deps: GatheringDeps<Item>) {}

  /** Resolves when it is written. @throws what `write` threw. */
  add(item: Item): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ item, done, failed });
      if (!this.writing) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      // The others of one fetch are handed in one right after the other.
      await others();
      const taken = this.waiting.splice(0, this.deps.fit(this.waiting.map(({ item }) => item)));
      try {
        await this.deps.write(taken.map(({ item }) => item));
        for (const { done } of taken) done();
      } catch (error) {
        for (const { failed } of taken) failed(error);
      }
    }
    this.writing = false;
  }
}
