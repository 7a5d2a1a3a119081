import { describe, expect, it } from '@jest/globals';
import { countMessages } from './count-messages.js';

const field = (number: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
/** Field 5 is a varint of three bytes, 6 and 7 are fixed: they are passed over. */
const OTHERS = Buffer.from([0x28, 0xff, 0xff, 0x01, 0x31, 1, 2, 3, 4, 5, 6, 7, 8, 0x3d, 1, 2, 3, 4]);

describe('spans in what an exporter sends', () => {
  it('are counted wherever they are', () => {
    const scope = (spans: number): Buffer =>
      field(2, Buffer.concat([OTHERS, ...Array.from({ length: spans }, () => field(2, OTHERS))]));
    const request = Buffer.concat([
      field(1, Buffer.concat([scope(2), scope(1)])),
      OTHERS,
      field(1, scope(3)),
      field(3, scope(4)),
    ]);
    expect(countMessages(request, [1, 2, 2])).toBe(6);
    expect(countMessages(request, [1, 2])).toBe(3);
    expect(countMessages(Buffer.alloc(0), [1, 2, 2])).toBe(0);
  });

  it('are not made up of what is no protobuf', () => {
    expect(() => countMessages(Buffer.from('not protobuf'), [1])).toThrow(RangeError);
  });
});
