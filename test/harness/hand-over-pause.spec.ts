import { describe, expect, it } from '@jest/globals';
import { partitionOf } from '#libs/kafka';
import type { Exchange } from './exchange.js';
import { longestPause } from './hand-over-pause.js';

const PARTITIONS = 2;
/** A call of each partition. */
const CALLS = [0, 1].map((partition) => {
  for (let n = 0; ; n++) if (partitionOf(`call-${n}`, PARTITIONS) === partition) return `call-${n}`;
});

/** `[partition, event, at]` of each request, for one endpoint. */
function pause(publishedAt: number[][], requests: [partition: number, event: number, at: number][]): unknown {
  const exchanges = requests.map(([partition, event, arrivedAt]): Exchange => {
    const callId = CALLS[partition]!;
    const id = `${callId}/${event}`;
    return {
      endpoint: 0,
      callId,
      eventId: id,
      deliveryId: id,
      attempt: 1,
      arrivedAt,
      endedAt: arrivedAt,
      end: 'delivered',
      retryAfter: null,
    };
  });
  return longestPause({ publishedAt }, 1, exchanges);
}

describe('the longest hand-over pause', () => {
  it('is the longest time between two requests of a partition that had work, whatever others did meanwhile', () => {
    const published = [
      [0, 0, 0],
      [0, 0, 0, 0],
    ];
    const requests: [number, number, number][] = [
      [0, 1, 100],
      [1, 1, 150],
      [1, 2, 400],
      [1, 3, 700],
      [0, 2, 900],
      [1, 4, 950],
      [0, 3, 1000],
    ];
    expect(pause(published, requests)).toEqual({ ms: 800, from: 100, partition: 0 });
  });

  it('does not count time in which the partition had nothing to do', () => {
    expect(
      pause(
        [[0, 5000], []],
        [
          [0, 1, 100],
          [0, 2, 5300],
        ],
      ),
    ).toEqual({ ms: 300, from: 5000, partition: 0 });
  });

  it('is over with any request, also one that comes again', () => {
    expect(
      pause(
        [[0, 0], []],
        [
          [0, 1, 400],
          [0, 1, 800],
          [0, 2, 1300],
        ],
      ),
    ).toEqual({ ms: 500, from: 800, partition: 0 });
  });
});
