import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Log } from '#libs/kafka';
import type { Dropped } from '#libs/storage';

export interface HousekeepingDeps {
  /** Makes the partitions of today and tomorrow, so that nobody has to wait for them at midnight. */
  makeDays(): Promise<void>;
  dropOld(): Promise<Dropped | null>;
  readonly log: Log;
}

const EVERY_MS = 60 * 60 * 1000;
/** After a failure, such as Postgres being away. */
const AGAIN_MS = 60 * 1000;

/** What the history needs from time to time: at start, and every hour. */
export class Housekeeping implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private failing = false;

  constructor(private readonly deps: HousekeepingDeps) {}

  onApplicationBootstrap(): void {
    void this.run();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  /** Never rejects. */
  async run(): Promise<void> {
    const { log } = this.deps;
    try {
      await this.deps.makeDays();
      const dropped = await this.deps.dropOld();
      if (dropped !== null && (dropped.partitions.length > 0 || dropped.rows > 0)) {
        log.info({ ...dropped }, 'history older than RETENTION_DAYS was dropped');
      }
      this.failing = false;
    } catch (error) {
      if (!this.failing) log.warn({ err: error }, 'old history could not be dropped; tried again every minute');
      this.failing = true;
    }
    if (!this.stopped) this.timer = setTimeout(() => void this.run(), this.failing ? AGAIN_MS : EVERY_MS);
  }
}
