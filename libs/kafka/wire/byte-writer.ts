import { encodedIn, frameFor, type EncodedRequest, type Frame } from './encoded-request.js';

/** Up to here a loop over a text is quicker than a call out of JavaScript, in UTF-16 units. */
const SHORT = 40;

/** UTF-8 bytes of a text. */
export function byteLength(text: string): number {
  const { length } = text;
  if (length > SHORT) return Buffer.byteLength(text);
  for (let at = 0; at < length; at += 1) if (text.charCodeAt(at) > 0x7f) return Buffer.byteLength(text);
  return length;
}

/** Bytes of a signed integer of 32 bits as a zigzag varint: https://kafka.apache.org/protocol.html#protocol_types. */
export function varintLength(value: number): number {
  return value < 64 && value >= -64 ? 1 : Math.ceil((32 - Math.clz32((value << 1) ^ (value >> 31))) / 7);
}

/** Writes the parts of a request one behind the other. */
export class ByteWriter {
  readonly buffer: Buffer;
  at: number;
  private readonly frame: Frame;

  /** @param size of all that will be written, in bytes. */
  constructor(size: number) {
    this.frame = frameFor(size);
    this.buffer = this.frame.bytes;
    this.at = this.frame.start;
  }

  int8(value: number): void {
    this.buffer[this.at] = value;
    this.at += 1;
  }

  int16(value: number): void {
    this.at = this.buffer.writeInt16BE(value, this.at);
  }

  int32(value: number): void {
    this.at = this.buffer.writeInt32BE(value, this.at);
  }

  /** @param value a safe integer. */
  int64(value: number): void {
    const { buffer, at } = this;
    const high = Math.floor(value / 0x1_0000_0000);
    buffer.writeInt32BE(high, at);
    this.at = buffer.writeUInt32BE(value - high * 0x1_0000_0000, at + 4);
  }

  varint(value: number): void {
    const { buffer } = this;
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    while (rest > 0x7f) {
      buffer[this.at] = (rest & 0x7f) | 0x80;
      this.at += 1;
      rest >>>= 7;
    }
    buffer[this.at] = rest;
    this.at += 1;
  }

  /** @param length its bytes. */
  text(text: string, length: number): void {
    const { buffer, at } = this;
    if (length === text.length && length <= SHORT) {
      for (let index = 0; index < length; index += 1) buffer[at + index] = text.charCodeAt(index);
    } else {
      buffer.write(text, at, length, 'utf8');
    }
    this.at = at + length;
  }

  /** With its length in front. */
  string(text: string): void {
    const length = byteLength(text);
    this.int16(length);
    this.text(text, length);
  }

  bytes(bytes: Buffer): void {
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** What was written, when that is all. */
  encoded(): EncodedRequest {
    return encodedIn(this.frame);
  }
}
