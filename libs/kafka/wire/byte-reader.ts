/** Thrown for what is not read here; whoever asked falls back on kafkajs. */
export class Unreadable extends Error {}

/** Reads the parts of an answer one behind the other. */
export class ByteReader {
  at = 0;

  constructor(
    readonly buffer: Buffer,
    /** Where it ends. */
    readonly end = buffer.length,
  ) {}

  int8(): number {
    const value = this.buffer.readInt8(this.at);
    this.at += 1;
    return value;
  }

  int16(): number {
    const value = this.buffer.readInt16BE(this.at);
    this.at += 2;
    return value;
  }

  int32(): number {
    const value = this.buffer.readInt32BE(this.at);
    this.at += 4;
    return value;
  }

  /** @throws Unreadable for what a number does not hold exactly. */
  int64(): number {
    const value = this.buffer.readInt32BE(this.at) * 0x1_0000_0000 + this.buffer.readUInt32BE(this.at + 4);
    if (!Number.isSafeInteger(value)) throw new Unreadable('a number of more than 53 bits');
    this.at += 8;
    return value;
  }

  /** A zigzag varint of up to 53 bits: https://kafka.apache.org/protocol.html#protocol_types. */
  varint(): number {
    const { buffer } = this;
    let byte = buffer[this.at]!;
    this.at += 1;
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 0x7f;
    let weight = 0x80;
    do {
      byte = buffer[this.at]!;
      this.at += 1;
      value += (byte & 0x7f) * weight;
      weight *= 0x80;
    } while (byte >= 0x80);
    if (!Number.isSafeInteger(value)) throw new Unreadable('a varint of more than 53 bits');
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  text(length: number): string {
    const from = this.at;
    this.at += length;
    return this.buffer.toString('utf8', from, this.at);
  }

  /** @param length negative: null. */
  bytes(length: number): Buffer | null {
    if (length < 0) return null;
    const from = this.at;
    this.at += length;
    return this.buffer.subarray(from, this.at);
  }
}
