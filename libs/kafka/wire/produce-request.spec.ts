import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { canEncode, encodeProduce, type ProduceRequest } from './produce-request.js';

/* Oracle: the bytes that kafkajs writes for the same request at the same time. */

type Encoded = { readonly buffer: Buffer };
const kafkajs = createRequire(import.meta.url)('kafkajs/src/protocol/requests/produce/v7/request.js') as (
  request: ProduceRequest,
) => { encode(): Promise<Encoded> };

const NOW = 1_764_500_000_123;

beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(NOW));
afterEach(() => void jest.restoreAllMocks());

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ maxLength: 300 }),
  fc.constant('é'.repeat(9000)),
);
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const content = fc.oneof(text, bytes);
const name = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((one) => one !== '__proto__');

const message = fc.record(
  {
    key: fc.option(content),
    value: fc.option(content),
    headers: fc.dictionary(name, fc.oneof(content, fc.array(content, { maxLength: 3 }))),
  },
  { requiredKeys: ['value'] },
);
const request: fc.Arbitrary<ProduceRequest> = fc.record({
  acks: fc.constant(-1),
  timeout: fc.nat(),
  producerId: fc.oneof(fc.nat().map(String), fc.constant(-1)),
  producerEpoch: fc.nat(32_767),
  topicData: fc.array(
    fc.record({
      topic: fc.string({ minLength: 1, maxLength: 60 }),
      partitions: fc.array(
        fc.record({
          partition: fc.nat(1000),
          firstSequence: fc.nat(),
          messages: fc.array(message, { minLength: 1, maxLength: 70 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  ),
});

describe('a Produce request', () => {
  it('is byte for byte the one that kafkajs writes', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (one) => {
        expect(canEncode(one)).toBe(true);
        const { buffer } = await kafkajs(one).encode();
        expect(encodeProduce(one, NOW).buffer.equals(buffer)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('of another moment is another one', async () => {
    const topicData = [{ topic: 't', partitions: [{ partition: 0, messages: [{ value: 'v' }] }] }];
    const one: ProduceRequest = { acks: -1, timeout: 1, topicData };
    const { buffer } = await kafkajs(one).encode();
    expect(encodeProduce(one, NOW).buffer.equals(buffer)).toBe(true);
    expect(encodeProduce(one, NOW + 1).buffer.equals(buffer)).toBe(false);
  });

  it.each([
    ['is compressed', { compression: 1 }, {}],
    ['is part of a transaction', { transactionalId: 'one' }, {}],
    ['has a message with a time of its own', {}, { timestamp: '1764500000000' }],
  ])('that %s is left to kafkajs', (_, fields, messageFields) => {
    const topicData = [{ topic: 't', partitions: [{ partition: 0, messages: [{ value: 'v', ...messageFields }] }] }];
    expect(canEncode({ acks: -1, timeout: 1, topicData, ...fields })).toBe(false);
  });
});
