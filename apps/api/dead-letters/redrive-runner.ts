import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { setTimeout as after } from 'node:timers/promises';
import type { Log } from '#libs/kafka';
import { describeError } from '#libs/runtime';

export interface RunnerDeps {
  /** Does a little. False: there is nothing to do now. */
  step(): Promise<boolean>;
  /** Until there is something to do, in milliseconds; null: nothing is known of. */
  untilNext(): Promise<number | null>;
  readonly log: Log;
}

/** How often somebody looks for redrives that another process took on and left, in milliseconds. */
const LOOK_EVERY_MS = 1000;
const SHORTEST_MS = 20;

/** Carries redrives out in the background: those that are asked for here, and what a process that died has left. */
export class RedriveRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly leaving = new AbortController();
  private sleep = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private failing = '';

  constructor(private readonly deps: RunnerDeps) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** Ends after the step that is under way. */
  async onModuleDestroy(): Promise<void> {
    this.leaving.abort();
    this.wake();
    await this.running;
  }

  /** There is something new to do. */
  wake(): void {
    this.sleep.abort();
  }

  private async run(): Promise<void> {
    while (!this.leaving.signal.aborted) {
      this.sleep = new AbortController();
      const pauseMs = await this.work();
      if (pauseMs === 0 || this.leaving.signal.aborted) continue;
      await after(pauseMs, undefined, { signal: this.sleep.signal }).catch(() => undefined); // woken
    }
  }

  /** @returns until it may make sense to try again, in milliseconds. */
  private async work(): Promise<number> {
    try {
      if (await this.deps.step()) {
        this.failing = '';
        return 0;
      }
      const untilNextMs = (await this.deps.untilNext()) ?? LOOK_EVERY_MS;
      // One that is due and yet not ours is under way at another process.
      return Math.min(Math.max(untilNextMs, SHORTEST_MS), LOOK_EVERY_MS);
    } catch (error) {
      const why = describeError(error);
      if (why !== this.failing)
        this.deps.log.warn({ err: error }, `redrives do not get on, and are tried again: ${why}`);
      this.failing = why;
      return LOOK_EVERY_MS;
    }
  }
}
