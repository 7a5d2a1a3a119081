import { Gauge, type Registry } from 'prom-client';
import { KINDS } from '#libs/kafka';
import { within } from '#libs/runtime';
import type { OldestLane } from '#libs/storage';

/** Scrapes closer together than this are answered with what the last one found, in milliseconds. */
const ASK_EVERY_MS = 10_000;

/** Prometheus gives up a scrape, with all that is in it, after 10 s by default; in milliseconds. */
const ANSWER_WITHIN_MS = 2000;

export interface OldestLaneDeps {
  ask(): Promise<readonly OldestLane[]>;
  /** Milliseconds. */
  now(): number;
}

/** Here, because the recorder is not in the way of deliveries. While Postgres does not answer there are no values. */
export function measureOldestLanes(registry: Registry, { ask, now }: OldestLaneDeps): void {
  const oldest = askedSeldom(ask, now);
  const gauge = (name: string, help: string, ageOf: (lane: OldestLane) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers: [registry],
      async collect() {
        const lanes = await oldest();
        this.reset();
        if (lanes === null) return;
        for (const kind of KINDS) {
          const lane = lanes.find((one) => one.kind === kind);
          this.set({ kind }, lane === undefined ? 0 : ageOf(lane));
        }
      },
    });
  };
  gauge('recho_lane_oldest_age_seconds', 'Since when the oldest parked lane is parked', ({ parkedFor }) => parkedFor);
  gauge(
    'recho_head_oldest_age_seconds',
    'Since when the oldest head of a parked lane is one',
    ({ headFor }) => headFor,
  );
}

function askedSeldom(
  ask: () => Promise<readonly OldestLane[]>,
  now: () => number,
): () => Promise<readonly OldestLane[] | null> {
  let askedAt = -Infinity;
  let answer: Promise<readonly OldestLane[] | null> = Promise.resolve(null);
  return () => {
    if (now() - askedAt >= ASK_EVERY_MS) {
      askedAt = now();
      // Without an answer, readiness says why.
      answer = within<readonly OldestLane[] | null>(ANSWER_WITHIN_MS, ask, () => null);
    }
    return answer;
  };
}
