import { createRequire } from 'node:module';
import { expect, it } from '@jest/globals';
import { ByteWriter } from './byte-writer.js';
import { writeInFront, type Encoder, type EncodedRequest } from './encoded-request.js';

/* Oracle: the frame that kafkajs makes of the same request by copying it. */

const require = createRequire(import.meta.url);
const framed = require('kafkajs/src/protocol/request.js') as (of: {
  correlationId: number;
  clientId: string;
  request: { apiKey: number; apiVersion: number; encode(): Promise<EncodedRequest> };
}) => Promise<{ readonly buffer: Buffer }>;
const EncoderClass = require('kafkajs/src/protocol/encoder.js') as { prototype: Encoder };

function encoded(size: number): EncodedRequest {
  const out = new ByteWriter(size);
  for (let index = 0; index < size; index += 1) out.int8(index & 0xff);
  return out.encoded();
}

it('a request is sent in the frame that kafkajs makes, without being copied, unless its head has no room', async () => {
  const frameOf = async (one: EncodedRequest, clientId: string): Promise<Buffer> => {
    const request = { apiKey: 1, apiVersion: 11, encode: () => Promise.resolve(one) };
    return (await framed({ correlationId: 7, clientId, request })).buffer;
  };
  const original = EncoderClass.prototype.writeEncoder;
  for (const [size, clientId, isCopied] of [
    [0, 'router', false],
    [100_000, 'é', false],
    [600, 'x'.repeat(300), true],
  ] as const) {
    const one = encoded(size);
    const expected = Buffer.from(await frameOf(one, clientId));
    expect(writeInFront(EncoderClass)).toBe(true);
    const frame = await frameOf(one, clientId);
    EncoderClass.prototype.writeEncoder = original;
    expect(frame.equals(expected)).toBe(true);
    expect(frame.buffer !== one.buffer.buffer).toBe(isCopied);
  }
});
