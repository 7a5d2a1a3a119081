/** Bytes that a request has in front of it for its length and head: 14, and the name that the client gives itself. */
const ROOM = 128;

/** As kafkajs' connection wants it: one of its encoders, as far as it looks. */
export interface EncodedRequest {
  readonly buf: Buffer;
  readonly buffer: Buffer;
  size(): number;
  /** Where it lies, with room in front of it. */
  readonly frame: Frame;
}

export interface Frame {
  readonly bytes: Buffer;
  readonly start: number;
}

/** kafkajs' encoder, as far as it puts something in front of a request. */
export interface Encoder {
  buf: Buffer;
  offset: number;
  frame?: Frame;
  writeEncoder(value: unknown): Encoder;
}

/** @param size in bytes, of what is to be written. */
export function frameFor(size: number): Frame {
  return { bytes: Buffer.allocUnsafe(ROOM + size), start: ROOM };
}

export function encodedIn(frame: Frame): EncodedRequest {
  const buffer = frame.bytes.subarray(frame.start);
  return { buf: buffer, buffer, size: () => buffer.length, frame };
}

/**
 * kafkajs copies a request into a buffer that it zeroes first, behind the request's head, and all of that into another one,
 * behind four bytes of length. Of ours, the head and the length are written into the room in front of it.
 * @returns false: kafkajs is not as expected.
 */
export function writeInFront({ prototype }: { readonly prototype: Partial<Encoder> }): boolean {
  const { writeEncoder } = prototype;
  if (writeEncoder === undefined) return false;
  prototype.writeEncoder = function (this: Encoder, value: unknown): Encoder {
    const frame = (value as { frame?: Frame } | null | undefined)?.frame;
    if (frame === undefined || frame.start < this.offset) return writeEncoder.call(this, value);
    const start = frame.start - this.offset;
    this.buf.copy(frame.bytes, start, 0, this.offset);
    this.buf = frame.bytes.subarray(start);
    this.offset = this.buf.length;
    this.frame = { bytes: frame.bytes, start };
    return this;
  };
  return true;
}
