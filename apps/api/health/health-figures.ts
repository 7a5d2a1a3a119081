import type { AttemptFigures, DeliveryCount, Stretches } from '#libs/storage';
import { MAX_ENDPOINTS_SHOWN, type Health } from './health.schemas.js';

type Figures = Health['total'];
type Point = Figures['series'][number];

export interface Counted {
  readonly stretches: Stretches;
  readonly counts: readonly DeliveryCount[];
  readonly attempts: readonly AttemptFigures[];
  readonly violations: readonly { readonly endpointId: string; readonly violations: number }[];
}

const NONE = { delivered: 0, retry: 0, refused: 0, abstained: 0, toDelivery: null, destination: null };

/** What was counted, of all and of each endpoint, the one with the most deliveries first. */
export function figuresOf(counted: Counted): Pick<Health, 'total' | 'endpoints'> {
  const { counts, violations } = counted;
  const groups = Map.groupBy(counts, ({ endpointId }) => endpointId);
  const endpoints = [...groups].map(([endpointId, own]) => {
    const { endpointName, endpointType } = own[0]!;
    const found = violations.find((one) => one.endpointId === endpointId)?.violations ?? 0;
    return { endpointId, endpointName, endpointType, ...figures(counted, endpointId, own, found) };
  });
  return {
    total: figures(counted, null, counts, sum(violations.map((one) => one.violations))),
    endpoints: endpoints
      .sort((a, b) => b.deliveries.total - a.deliveries.total || (a.endpointId < b.endpointId ? -1 : 1))
      .slice(0, MAX_ENDPOINTS_SHOWN),
  };
}

function figures(
  { stretches, attempts }: Counted,
  endpointId: string | null,
  counts: readonly DeliveryCount[],
  violations: number,
): Figures {
  const of = (...statuses: DeliveryCount['status'][]) =>
    sum(counts.filter(({ status }) => statuses.includes(status)).map(({ deliveries }) => deliveries));
  const [delivered, deadLettered] = [of('delivered'), of('dead_lettered')];
  const ended = delivered + deadLettered;
  const tried = attempts.find((one) => one.endpointId === endpointId) ?? NONE;
  return {
    deliveries: {
      ...{
        total: of('pending', 'delivered', 'retrying', 'waiting', 'dead_lettered', 'skipped'),
        delivered,
        deadLettered,
      },
      ...{ skipped: of('skipped'), open: of('pending', 'retrying', 'waiting') },
    },
    successRate: ended === 0 ? null : delivered / ended,
    attempts: {
      delivered: tried.delivered,
      retry: tried.retry,
      refused: tried.refused,
      abstained: tried.abstained,
    },
    latencyMs: {
      toDelivery: percentiles(tried.toDelivery),
      destination: percentiles(tried.destination),
    },
    violations,
    series: seriesOf(counts, stretches),
  };
}

function seriesOf(counts: readonly DeliveryCount[], { from, bucketMs }: Stretches): Point[] {
  return [...Map.groupBy(counts, ({ bucket }) => bucket)]
    .sort(([a], [b]) => a - b)
    .map(([bucket, own]) => {
      const of = (wanted: string) => sum(own.filter(({ status }) => status === wanted).map((one) => one.deliveries));
      const [delivered, deadLettered] = [of('delivered'), of('dead_lettered')];
      const other = sum(own.map((one) => one.deliveries)) - delivered - deadLettered;
      return { at: new Date(from + bucket * bucketMs).toISOString(), delivered, deadLettered, other };
    });
}

function percentiles(values: readonly number[] | null) {
  if (values === null) return null;
  const [p50 = 0, p95 = 0, p99 = 0] = values.map(Math.round);
  return { p50, p95, p99 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
