import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { attemptFigures, countDeliveries, countViolations, Database } from '#libs/storage';
import { ProjectStore } from '../projects/project-store.js';
import { figuresOf } from './health-figures.js';
import type { Health, HealthQuery } from './health.schemas.js';

type Window = HealthQuery['window'];

/** In milliseconds. The more there is to read, the longer it may be shown. */
const WINDOWS: Readonly<Record<Window, { bucketMs: number; buckets: number; goodForMs: number }>> = {
  '1h': { bucketMs: 60_000, buckets: 60, goodForMs: 1000 },
  '24h': { bucketMs: 1_800_000, buckets: 48, goodForMs: 15_000 },
  '7d': { bucketMs: 10_800_000, buckets: 56, goodForMs: 60_000 },
};
/** Deliveries whose attempts are looked at: some tenths of a second of Postgres' time. */
const MOST_SAMPLED = 20_000;
/** Projects, each with its windows, that are remembered. */
const REMEMBERED = 300;

/** How deliveries go, from the history. Counted once for all who ask within a moment. */
@Injectable()
export class HealthService {
  private readonly known = new LRUCache<string, Promise<Health>>({ max: REMEMBERED });

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectStore) private readonly projects: ProjectStore,
  ) {}

  async of(projectId: string, { window }: HealthQuery): Promise<Health> {
    await this.projects.get(projectId);
    const key = `${projectId} ${window}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const counting = this.count(projectId, window);
    this.known.set(key, counting, { ttl: WINDOWS[window].goodForMs });
    // Whoever asks next has it tried again.
    counting.catch(() => this.known.delete(key));
    return counting;
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
