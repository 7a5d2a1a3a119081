/** The polynomial of CRC-32C (Castagnoli), bits reversed: https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4. */
const POLYNOMIAL = 0x82f63b78;
const BYTES_AT_ONCE = 16;

/**
 * Slicing by 16: table n, at n × 256, says what a byte comes to when n bytes follow it. One look-up for each byte, as in
 * kafkajs, but sixteen that do not wait for one another.
 */
const TABLES = tables();

/** The checksum of a record batch, of `bytes` from `start` on. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const t = TABLES;
  let crc = -1;
  let at = start;
  for (const last = end - BYTES_AT_ONCE; at <= last; at += BYTES_AT_ONCE) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      t[0xf00 + (crc & 0xff)]! ^
      t[0xe00 + ((crc >>> 8) & 0xff)]! ^
      t[0xd00 + ((crc >>> 16) & 0xff)]! ^
      t[0xc00 + (crc >>> 24)]! ^
      t[0xb00 + bytes[at + 4]!]! ^
      t[0xa00 + bytes[at + 5]!]! ^
      t[0x900 + bytes[at + 6]!]! ^
      t[0x800 + bytes[at + 7]!]! ^
      t[0x700 + bytes[at + 8]!]! ^
      t[0x600 + bytes[at + 9]!]! ^
      t[0x500 + bytes[at + 10]!]! ^
      t[0x400 + bytes[at + 11]!]! ^
      t[0x300 + bytes[at + 12]!]! ^
      t[0x200 + bytes[at + 13]!]! ^
      t[0x100 + bytes[at + 14]!]! ^
      t[bytes[at + 15]!]!;
  }
  for (; at < end; at += 1) crc = t[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

function tables(): Int32Array {
  const all = new Int32Array(BYTES_AT_ONCE * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    all[byte] = crc;
  }
  for (let at = 256; at < all.length; at += 1) {
    const before = all[at - 256]!;
    all[at] = all[before & 0xff]! ^ (before >>> 8);
  }
  return all;
}
