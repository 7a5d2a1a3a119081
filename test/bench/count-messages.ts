/** How many bytes follow the tag of a field, by its wire type (protobuf.dev/programming-guides/encoding). */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
const LENGTH_DELIMITED = 2;

/**
 * @param path field numbers, from the outermost message to those that are counted.
 * @throws RangeError when it is not protobuf.
 */
export function countMessages(message: Buffer, path: readonly number[]): number {
  const [field, ...inner] = path;
  let count = 0;
  for (let at = 0; at < message.length;) {
    const tag = varint(message, at);
    const type = tag.value & 7;
    if (type === LENGTH_DELIMITED) {
      const length = varint(message, tag.end);
      const end = length.end + length.value;
      if (tag.value >>> 3 === field)
        count += inner.length === 0 ? 1 : countMessages(message.subarray(length.end, end), inner);
      at = end;
    } else if (type === 0) at = varint(message, tag.end).end;
    else at = tag.end + (FIXED[type] ?? fail(type));
  }
  return count;
}

/** Lengths and tags have less than 32 bits; of longer values only the end is of interest. */
function varint(message: Buffer, from: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = from; ; at++) {
    const byte = message.readUInt8(at);
    if (at - from < 5) value |= (byte & 0x7f) << (7 * (at - from));
    if (byte < 0x80) return { value: value >>> 0, end: at + 1 };
  }
}

function fail(type: number): never {
  throw new RangeError(`protobuf has no wire type ${type} here`);
}
