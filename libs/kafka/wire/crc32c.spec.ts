import { createRequire } from 'node:module';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crc32c } from './crc32c.js';

/* Oracle: kafkajs' own checksum, one byte at a time, and the check value of the algorithm. */

const kafkajs = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/crc32C/index.js') as (
  bytes: Uint8Array,
) => number;

it('the checksum is CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});

it('the checksum of any bytes, and of any part of them, is what kafkajs says', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(40), fc.nat(40), (bytes, before, after) => {
      const end = Math.max(before, bytes.length - after);
      expect(crc32c(bytes, before, end)).toBe(kafkajs(bytes.subarray(before, end)));
    }),
  );
});
