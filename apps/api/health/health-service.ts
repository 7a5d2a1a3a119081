import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { attemptFigures, countDeliveries, countViolations, Database } from '#libs/storage';
import { ProjectStore } from '../projects/project-store.js';
import { figuresOf } from './health-figures.js';
import type { Health, HealthQuery } from './health.schemas.js';

type Window = HealthQuery['window'];

interface Span {
  readonly bucketMs: number;
  readonly buckets: number;
  /** Younger than that it is what is asked for. */
  readonly goodForMs: number;
  /** Younger than that it is better than to wait: it is shown once more, and counted anew meanwhile. */
  readonly shownForMs: number;
}

/** In milliseconds. The more there is to read, the longer it may be shown. */
const WINDOWS: Readonly<Record<Window, Span>> = {
  '1h': { bucketMs: 60_000, buckets: 60, goodForMs: 1000, shownForMs: 1000 },
  '24h': { bucketMs: 1_800_000, buckets: 48, goodForMs: 15_000, shownForMs: 60_000 },
  '7d': { bucketMs: 10_800_000, buckets: 56, goodForMs: 60_000, shownForMs: 600_000 },
};
/** Deliveries whose attempts are looked at: each is two places to read, and a p99 of 5,000 is that of 50. */
const MOST_SAMPLED = 5000;
/** Projects, each with its windows, that are remembered. */
const REMEMBERED = 300;

interface Known {
  readonly health: Promise<Health>;
  /** By performance.now(). */
  readonly since: number;
}

/** How deliveries go, from the history. Counted once for all who ask within a moment. */
@Injectable()
export class HealthService {
  private readonly known = new LRUCache<string, Known>({ max: REMEMBERED });

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectStore) private readonly projects: ProjectStore,
  ) {}

  async of(projectId: string, { window }: HealthQuery): Promise<Health> {
    await this.projects.get(projectId);
    const key = `${projectId} ${window}`;
    const known = this.known.get(key);
    const age = known === undefined ? Infinity : performance.now() - known.since;
    const { goodForMs, shownForMs } = WINDOWS[window];
    if (known !== undefined && age < goodForMs) return known.health;
    const counting = this.countAnew(key, projectId, window);
    return known !== undefined && age < shownForMs ? known.health : counting;
  }

  private countAnew(key: string, projectId: string, window: Window): Promise<Health> {
    const health = this.count(projectId, window);
    const counting = { health, since: performance.now() };
    this.known.set(key, counting);
    // Whoever asks next has it tried again.
    health.catch(() => {
      if (this.known.get(key) === counting) this.known.delete(key);
    });
    return health;
  }

  private async count(projectId: string, window: Window): Promise<Health> {
    const { bucketMs, buckets } = WINDOWS[window];
    const now = Date.now();
    const from = (Math.floor(now / bucketMs) + 1 - buckets) * bucketMs;
    const stretches = { from, bucketMs };
    const counts = await countDeliveries(this.database, projectId, stretches);
    const deliveries = counts.reduce((sum, count) => sum + count.deliveries, 0);
    const [attempts, violations] = await Promise.all([
      attemptFigures(this.database, projectId, from, { deliveries, most: MOST_SAMPLED }),
      countViolations(this.database, projectId, from),
    ]);
    return {
      ...{
        window,
        from: new Date(from).toISOString(),
        to: new Date(now).toISOString(),
        bucketSeconds: bucketMs / 1000,
      },
      sampledDeliveries: attempts.find(({ endpointId }) => endpointId === null)?.sampled ?? 0,
      ...figuresOf({ stretches, counts, attempts, violations }),
    };
  }
}
