import { randomFillSync } from 'node:crypto';

/** W3C Trace Context, https://www.w3.org/TR/trace-context/#traceparent-header. */
export interface TraceContext {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly parentId: string;
  /** 0 to 255; bit 0: sampled. */
  readonly flags: number;
}

/** Its fields are at fixed places, so none is captured: every attempt reads a few. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:$|-.*$)/;
/** Of version 00, in characters. */
const LENGTH = 55;
const NO_TRACE = '0'.repeat(32);
const NO_PARENT = '0'.repeat(16);
const SAMPLED = 0x01;
/** Sampled, and "the trace id is random": the flags that outlive a hop. */
const KEPT_FLAGS = 0x03;

/** Null for anything that a reader must ignore. A later version than 00 is read by its first four fields. */
export function parseTraceparent(header: string): TraceContext | null {
  if (!TRACEPARENT.test(header)) return null;
  if (header.startsWith('ff') || (header.startsWith('00') && header.length > LENGTH)) return null;
  const traceId = header.slice(3, 35);
  const parentId = header.slice(36, 52);
  if (traceId === NO_TRACE || parentId === NO_PARENT) return null;
  return { traceId, parentId, flags: parseInt(header.slice(53, 55), 16) };
}

/**
 * The `traceparent` to send on: the same trace with a span id of our own, or a new sampled trace when there is no
 * parent to continue.
 * @param randomHex that many random bytes, in lower-case hex.
 */
export function childOf(parent: string | null, randomHex: (bytes: number) => string = random): string {
  const context = parent === null ? null : parseTraceparent(parent);
  if (context === null) return `00-${randomHex(16)}-${randomHex(8)}-01`;
  return `00-${context.traceId}-${randomHex(8)}-0${context.flags & KEPT_FLAGS}`;
}

/** The same place in the same trace, said to be sampled; what cannot be read stays as it is. */
export function sampled(traceparent: string): string {
  const context = parseTraceparent(traceparent);
  if (context === null) return traceparent;
  return `00-${context.traceId}-${context.parentId}-0${(context.flags & KEPT_FLAGS) | SAMPLED}`;
}

/** @param traceparent of version 00. */
export function notSampled(traceparent: string): string {
  return `${traceparent.slice(0, -2)}00`;
}

export function isSampled(traceparent: string): boolean {
  return ((parseTraceparent(traceparent)?.flags ?? 0) & SAMPLED) !== 0;
}

/** Random bytes in stock: asking for 4,096 of them costs hardly more than asking for 8, and every delivery needs 8. */
const stock = Buffer.alloc(4096);
let used = stock.length;

function random(bytes: number): string {
  if (used + bytes > stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  used += bytes;
  return stock.toString('hex', used - bytes, used);
}
