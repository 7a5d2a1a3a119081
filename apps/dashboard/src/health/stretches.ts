import type { Stretch } from '../api/health.js';

/** A stretch whose length everything else is measured by. */
export interface Span {
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly bucketSeconds: number;
}

/** One stretch after the other, with those in which nothing was received. */
export function withEmpty(series: readonly Stretch[], { from, to, bucketSeconds }: Span): readonly Stretch[] {
  const known = new Map(series.map((one) => [Date.parse(one.at), one]));
  const stretches: Stretch[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += bucketSeconds * 1000) {
    const empty = { at: new Date(at).toISOString(), delivered: 0, deadLettered: 0, other: 0 };
    stretches.push(known.get(at) ?? empty);
  }
  return stretches;
}

export function totalOf({ delivered, deadLettered, other }: Stretch): number {
  return delivered + deadLettered + other;
}
