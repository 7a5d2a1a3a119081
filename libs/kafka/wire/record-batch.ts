import { Unreadable, type ByteReader } from './byte-reader.js';

/** What kafkajs says of the batch that a record lay in. */
export interface BatchContext {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly partitionLeaderEpoch: number;
  readonly inTransaction: boolean;
  readonly isControlBatch: boolean;
  readonly lastOffsetDelta: number;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly maxTimestamp: string;
  readonly timestampType: number;
  readonly magicByte: number;
}

/** A record in kafkajs' words. */
export interface WireRecord {
  readonly magicByte: number;
  readonly attributes: number;
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, HeaderValue | HeaderValue[]>;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
}

type HeaderValue = Buffer | null;

const MAGIC = 2;
const CODEC = 0x07;
const APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** Fewer bytes are no batch (kafkajs' number). */
const LEAST = 49;

/**
 * Reads the batches up to `end` into `records`; the last one may be cut off, and is then left out.
 * @throws Unreadable for a batch that is compressed, or of the format before 0.11.
 */
export function readBatches(from: ByteReader, end: number, records: WireRecord[]): void {
  const names = new HeaderNames();
  while (end - from.at >= LEAST) {
    const firstOffset = from.int64();
    const length = from.int32();
    const batchEnd = from.at + length;
    if (batchEnd > end) return;
    const partitionLeaderEpoch = from.int32();
    const magicByte = from.int8();
    if (magicByte !== MAGIC) throw new Unreadable('a record of an old format');
    from.at += 4; // the checksum: kafkajs does not look at it either, TCP has its own
    const attributes = from.int16();
    if ((attributes & CODEC) !== 0) throw new Unreadable('a compressed batch');
    const lastOffsetDelta = from.int32();
    const firstTimestamp = from.int64();
    const maxTimestamp = from.int64();
    const context: BatchContext = {
      firstOffset: String(firstOffset),
      firstTimestamp: String(firstTimestamp),
      partitionLeaderEpoch,
      inTransaction: (attributes & TRANSACTIONAL) !== 0,
      isControlBatch: (attributes & CONTROL) !== 0,
      lastOffsetDelta,
      producerId: String(from.int64()),
      producerEpoch: from.int16(),
      firstSequence: from.int32(),
      maxTimestamp: String(maxTimestamp),
      timestampType: (attributes & APPEND_TIME) !== 0 ? 1 : 0,
      magicByte,
    };
    const count = from.int32();
    for (let index = 0; index < count; index += 1) {
      records.push(readRecord(from, context, firstOffset, firstTimestamp, names));
    }
    from.at = batchEnd;
  }
}

function readRecord(
  from: ByteReader,
  context: BatchContext,
  firstOffset: number,
  firstTimestamp: number,
  names: HeaderNames,
): WireRecord {
  const length = from.varint();
  const end = from.at + length;
  const attributes = from.int8();
  const time = firstTimestamp + from.varint();
  const record = {
    magicByte: context.magicByte,
    attributes,
    timestamp: context.timestampType === 1 ? context.maxTimestamp : String(time),
    offset: String(firstOffset + from.varint()),
    key: from.bytes(from.varint()),
    value: from.bytes(from.varint()),
    headers: readHeaders(from, names),
    isControlRecord: context.isControlBatch,
    batchContext: context,
  };
  from.at = end;
  return record;
}

function readHeaders(from: ByteReader, names: HeaderNames): WireRecord['headers'] {
  const headers: WireRecord['headers'] = {};
  const count = from.varint();
  for (let index = 0; index < count; index += 1) {
    const name = names.read(from, index);
    const value = from.bytes(from.varint());
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (before !== undefined) headers[name] = Array.isArray(before) ? [...before, value] : [before, value];
    else if (name === '__proto__') Object.defineProperty(headers, name, { value, ...OWN });
    else headers[name] = value;
  }
  return headers;
}

const OWN = { enumerable: true, writable: true, configurable: true } as const;

/** The headers of a batch's records mostly have the same names in the same places: a text is then made of them once. */
class HeaderNames {
  private readonly bytes: Buffer[] = [];
  private readonly texts: string[] = [];

  read(from: ByteReader, index: number): string {
    const length = from.varint();
    if (length < 0) return 'null'; // what kafkajs makes of a name that is not there
    const known = this.bytes[index];
    if (known?.length === length && isAt(known, from)) {
      from.at += length;
      return this.texts[index]!;
    }
    this.bytes[index] = from.buffer.subarray(from.at, from.at + length);
    return (this.texts[index] = from.text(length));
  }
}

function isAt(bytes: Buffer, { buffer, at }: ByteReader): boolean {
  for (let index = 0; index < bytes.length; index += 1) if (bytes[index] !== buffer[at + index]) return false;
  return true;
}
