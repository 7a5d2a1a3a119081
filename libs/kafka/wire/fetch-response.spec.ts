import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeFetch } from './fetch-response.js';

/* Oracle: what kafkajs reads from the same answer. The answers are made by kafkajs' own encoder. */

interface Encoder {
  readonly buffer: Buffer;
  writeInt16(value: number): Encoder;
  writeInt32(value: number): Encoder;
  writeInt64(value: number | string): Encoder;
  writeString(value: string): Encoder;
  writeArray(items: Encoder[]): Encoder;
  writeBytes(bytes: Buffer): Encoder;
  writeBuffer(bytes: Buffer): Encoder;
}
const require = createRequire(import.meta.url);
const EncoderClass = require('kafkajs/src/protocol/encoder.js') as new () => Encoder;
const recordOf = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (fields: object) => Encoder;
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as {
  RecordBatch(fields: object): Promise<Encoder>;
};
const kafkajs = require('kafkajs/src/protocol/requests/fetch/v11/response.js') as {
  decode(payload: Buffer): Promise<unknown>;
};

interface Batch {
  readonly firstOffset: number;
  readonly firstTimestamp: number;
  readonly producerId: number;
  readonly transactional: boolean;
  readonly compression?: number;
  /** Attributes that kafkajs' encoder does not write: append time, control. */
  readonly flags: number;
  readonly records: readonly object[];
}
interface Partition {
  readonly partition: number;
  readonly highWatermark: number;
  readonly aborted: readonly (readonly [number, number])[];
  readonly batches: readonly Batch[];
  /** How much of the last batch is missing. */
  readonly cut: number;
}

async function batchBytes({ records, flags, ...fields }: Batch): Promise<Buffer> {
  const encoded = records.map((record, offsetDelta) => recordOf({ offsetDelta, ...record }));
  const maxTimestamp = fields.firstTimestamp + 5;
  const batch = await RecordBatch({ ...fields, maxTimestamp, lastOffsetDelta: records.length - 1, records: encoded });
  const bytes = Buffer.from(batch.buffer);
  bytes.writeInt16BE(bytes.readInt16BE(21) | flags, 21);
  return bytes;
}

/** Up to the batch's format: with less kafkajs fails, and a broker sends a partition's first batch whole (KIP-74). */
const HEAD = 17;

async function partitionBytes({ partition, highWatermark, aborted, batches, cut }: Partition): Promise<Encoder> {
  const bytes = Buffer.concat(await Promise.all(batches.map(batchBytes)));
  const transactions = aborted.map(([producerId, offset]) =>
    new EncoderClass().writeInt64(producerId).writeInt64(offset),
  );
  return new EncoderClass()
    .writeInt32(partition)
    .writeInt16(0)
    .writeInt64(highWatermark)
    .writeInt64(-1)
    .writeInt64(0)
    .writeArray(transactions)
    .writeInt32(-1)
    .writeBytes(bytes.subarray(0, Math.max(Math.min(bytes.length, HEAD), bytes.length - cut)));
}

async function answer(topics: readonly { topic: string; partitions: readonly Partition[] }[]): Promise<Buffer> {
  const encoded = topics.map(async ({ topic, partitions }) =>
    new EncoderClass().writeString(topic).writeArray(await Promise.all(partitions.map(partitionBytes))),
  );
  return new EncoderClass()
    .writeInt32(3)
    .writeInt16(0)
    .writeInt32(9)
    .writeArray(await Promise.all(encoded)).buffer;
}

const bytes = fc.uint8Array({ maxLength: 150 }).map((array) => Buffer.from(array));
// kafkajs takes the methods that every object has for headers that came before.
const name = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((one) => !(one in {}));
const headers = fc.oneof(
  fc.dictionary(name, fc.oneof(bytes, fc.array(bytes, { maxLength: 3 }))),
  fc.constant({ 'recho-mark': Buffer.from('a:1:2'), traceparent: Buffer.from('00') }),
);
const record = fc.record({
  timestampDelta: fc.oneof(fc.constant(0), fc.integer({ min: -5000, max: 5_000_000_000 })),
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers,
});
const batch: fc.Arbitrary<Batch> = fc.record({
  firstOffset: fc.nat({ max: 2 ** 50 }),
  firstTimestamp: fc.nat({ max: 2 ** 42 }),
  producerId: fc.integer({ min: -1 }),
  transactional: fc.boolean(),
  flags: fc.constantFrom(0, 0, 0x08, 0x20),
  records: fc.array(record, { minLength: 1, maxLength: 80 }),
});
const partition: fc.Arbitrary<Partition> = fc.record({
  partition: fc.nat(1000),
  highWatermark: fc.nat({ max: 2 ** 50 }),
  aborted: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 2 }),
  batches: fc.array(batch, { maxLength: 3 }),
  cut: fc.oneof(fc.constant(0), fc.nat(200)),
});
const topics = fc.array(
  fc.record({ topic: fc.string({ minLength: 1 }), partitions: fc.array(partition, { maxLength: 3 }) }),
  { maxLength: 3 },
);

const one = (fields: Partial<Batch>): Partition => ({
  ...{ partition: 0, highWatermark: 1, aborted: [], cut: 0 },
  batches: [
    { firstOffset: 1, firstTimestamp: 1, producerId: 1, transactional: false, flags: 0, records: [{}], ...fields },
  ],
});

describe('the answer to a Fetch', () => {
  it('is read as kafkajs reads it, also when its last batch is cut off', async () => {
    await fc.assert(
      fc.asyncProperty(topics, async (made) => {
        const payload = await answer(made);
        expect(decodeFetch(payload)).toEqual(await kafkajs.decode(payload));
      }),
      { numRuns: 30 },
    );
  });

  it('with something compressed is left to kafkajs', async () => {
    expect(decodeFetch(await answer([{ topic: 't', partitions: [one({})] }]))).not.toBeNull();
    const payload = await answer([{ topic: 't', partitions: [one({ compression: 1 })] }]);
    expect(decodeFetch(payload)).toBeNull();
    expect(await kafkajs.decode(payload)).toMatchObject({ responses: [{ topicName: 't' }] });
  });

  it('with offsets that a number does not hold is left to kafkajs', async () => {
    expect(decodeFetch(await answer([{ topic: 't', partitions: [one({ firstOffset: 2 ** 60 })] }]))).toBeNull();
  });

  it('gives a header of any name as its own', async () => {
    const headers = { constructor: Buffer.from('c'), ['__proto__']: Buffer.from('p') };
    const payload = await answer([{ topic: 't', partitions: [one({ records: [{ headers }] })] }]);
    const read = decodeFetch(payload)?.responses[0]?.partitions[0]?.messages[0]?.headers;
    expect(Object.entries(read ?? {})).toEqual([
      ['constructor', Buffer.from('c')],
      ['__proto__', Buffer.from('p')],
    ]);
  });
});
