import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeFetch, type FetchRequest } from './fetch-request.js';

/* Oracle: the bytes that kafkajs writes for the same request. */

const kafkajs = createRequire(import.meta.url)('kafkajs/src/protocol/requests/fetch/v11/request.js') as (
  request: FetchRequest,
) => { encode(): Promise<{ readonly buffer: Buffer }> };

const topic = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
const partition = fc.record({
  partition: fc.nat(1000),
  fetchOffset: fc.oneof(fc.constant('-1'), fc.maxSafeNat().map(String)),
  maxBytes: fc.nat(),
});
const request: fc.Arbitrary<FetchRequest> = fc.record(
  {
    replicaId: fc.constant(-1),
    maxWaitTime: fc.nat(),
    minBytes: fc.nat(),
    maxBytes: fc.nat(),
    isolationLevel: fc.constantFrom(0, 1),
    sessionId: fc.integer(),
    sessionEpoch: fc.integer({ min: -1 }),
    topics: fc.array(fc.record({ topic, partitions: fc.array(partition, { maxLength: 6 }) }), { maxLength: 4 }),
    forgottenTopics: fc.array(fc.record({ topic, partitions: fc.array(fc.nat(1000)) }), { maxLength: 3 }),
    rackId: fc.string({ maxLength: 50 }),
  },
  { requiredKeys: ['replicaId', 'maxWaitTime', 'minBytes', 'maxBytes', 'topics'] },
);

describe('a Fetch request', () => {
  it('is byte for byte the one that kafkajs writes', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (one) => {
        const { buffer } = await kafkajs(one).encode();
        expect(encodeFetch(one)?.buffer.equals(buffer)).toBe(true);
      }),
    );
  });

  it('with an offset that a number does not hold is left to kafkajs', () => {
    const partitions = [{ partition: 0, fetchOffset: String(2n ** 60n), maxBytes: 1 }];
    const one = { maxWaitTime: 1, minBytes: 1, maxBytes: 1, topics: [{ topic: 't', partitions }] };
    expect(encodeFetch(one)).toBeNull();
  });
});
