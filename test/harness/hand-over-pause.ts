import { partitionOf } from '#libs/kafka';
import type { Exchange } from './exchange.js';
import type { Published } from './load.js';

export interface Pause {
  readonly ms: number;
  /** Unix milliseconds. */
  readonly from: number;
  readonly partition: number;
}

/**
 * The longest time in which a partition had work and none of it came: at least one of its events was in Kafka and had
 * not arrived at every endpoint, and no request of that partition reached the receiver.
 */
export function longestPause(
  { publishedAt }: Pick<Published, 'publishedAt'>,
  endpoints: number,
  exchanges: readonly Exchange[],
): Pause {
  let longest: Pause = { ms: 0, from: 0, partition: 0 };
  for (const [partition, arrivals] of arrivalsByPartition(exchanges, publishedAt.length).entries()) {
    const published = publishedAt[partition]!;
    let known = 0;
    let firsts = 0;
    /** Since when there is work that nothing came of; null: there is none. */
    let from: number | null = null;
    for (const { at, isFirst } of arrivals) {
      while (known < published.length && published[known]! <= at) {
        from ??= published[known]!;
        known += 1;
      }
      if (from !== null && at - from > longest.ms) longest = { ms: at - from, from, partition };
      if (isFirst) firsts += 1;
      // An arrival may be seen before the acknowledgement of its event: that is no work either.
      from = firsts < known * endpoints ? at : null;
    }
  }
  return longest;
}

interface PartitionArrival {
  readonly at: number;
  readonly isFirst: boolean;
}

function arrivalsByPartition(exchanges: readonly Exchange[], partitions: number): PartitionArrival[][] {
  const arrivals: PartitionArrival[][] = Array.from({ length: partitions }, () => []);
  const seen = new Set<string>();
  for (const { callId, deliveryId, arrivedAt } of exchanges) {
    arrivals[partitionOf(callId, partitions)]!.push({ at: arrivedAt, isFirst: !seen.has(deliveryId) });
    seen.add(deliveryId);
  }
  return arrivals;
}
