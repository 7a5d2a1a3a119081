import type { CallError } from './call-event.js';

/** What a cut text ends in. */
export const CUT_MARK = '… [cut]';

const MARK_BYTES = jsonBytes(CUT_MARK);
/** An error with nothing in it: an element of `errors` with its comma, and a line of `text`. */
const FRAME_BYTES =
  '{"code":"","message":"","timestamp":"","where":"","phase":"","stacktrace":""},'.length +
  ' - []  (phase: )\\n'.length;
/** What is kept of `code`, `where` and `phase` when even messages cut to nothing are too much, in bytes. */
const WORD_BYTES = 200;

/**
 * Shortens errors until they fit a CUSTOM body: stack traces first, then messages, the longest ones first, so that
 * short ones stay whole. Should even that not do (thousands of errors), the last errors are left out and the last one
 * kept says how many.
 *
 * All sizes are bytes of JSON, escapes counted; computed, not tried out: an attempt is no time to render
 * a quarter of a megabyte twenty times.
 *
 * @param budget what the errors may take in the body, in bytes: as elements of `errors` and as lines of `text`.
 */
export function shortenErrors(errors: readonly CallError[], budget: number): CallError[] {
  const left = budget - sum(errors.map(fixedBytes));
  const messages = errors.map((one) => 2 * jsonBytes(one.message));
  const stacktraces = errors.map((one) => jsonBytes(one.stacktrace));

  const stacktraceLevel = level(stacktraces, left - sum(messages));
  if (stacktraceLevel >= MARK_BYTES) {
    return errors.map((one) => ({ ...one, stacktrace: cut(one.stacktrace, stacktraceLevel) }));
  }
  const bare = errors.map((one) => ({ ...one, stacktrace: cut(one.stacktrace, MARK_BYTES) }));
  const messageLevel = level(messages, left - sum(bare.map((one) => jsonBytes(one.stacktrace)))) / 2;
  if (messageLevel >= MARK_BYTES) return bare.map((one) => ({ ...one, message: cut(one.message, messageLevel) }));

  return leaveOut(bare, budget);
}

function leaveOut(errors: readonly CallError[], budget: number): CallError[] {
  const short = errors.map((one) => ({
    ...one,
    code: cut(one.code, WORD_BYTES),
    message: cut(one.message, WORD_BYTES),
    where: cut(one.where, WORD_BYTES),
    phase: cut(one.phase, WORD_BYTES),
  }));
  const note = (count: number): string => `${CUT_MARK} ${count} more errors left out`;
  let room = budget - 2 * jsonBytes(note(errors.length));
  const kept: CallError[] = [];
  for (const one of short) {
    room -= fixedBytes(one) + 2 * jsonBytes(one.message) + jsonBytes(one.stacktrace);
    if (room < 0) break;
    kept.push(one);
  }
  const last = kept.at(-1);
  if (last === undefined || kept.length === short.length) return kept;
  return kept.with(-1, { ...last, message: last.message + note(short.length - kept.length) });
}

/** What an error takes besides its message (twice: in `errors` and in `text`) and its stack trace (once). */
function fixedBytes({ code, timestamp, where, phase }: CallError): number {
  return FRAME_BYTES + 2 * jsonBytes(code) + jsonBytes(timestamp) + jsonBytes(where) + 2 * jsonBytes(phase);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}

/** The highest level at which sizes that are cut down to it add up to no more than `total`. */
function level(sizes: readonly number[], total: number): number {
  let rest = total;
  const ascending = sizes.toSorted((a, b) => a - b);
  for (const [index, size] of ascending.entries()) {
    const share = Math.floor(rest / (ascending.length - index));
    if (size > share) return share;
    rest -= size;
  }
  return Infinity;
}

/** The text, or as much of its beginning as fits `maxBytes` together with the mark; never half a character. */
export function cut(text: string, maxBytes: number): string {
  if (text.length * 6 <= maxBytes || jsonBytes(text) <= maxBytes) return text;
  let room = maxBytes - MARK_BYTES;
  let end = 0;
  while (end < text.length) {
    const codePoint = text.codePointAt(end)!;
    room -= jsonBytesOf(codePoint);
    if (room < 0) break;
    end += codePoint >= 0x1_0000 ? 2 : 1;
  }
  return text.slice(0, end) + CUT_MARK;
}

/** What a text takes between the quotes of its JSON, in UTF-8. */
export function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

/** As `JSON.stringify` writes it: short escapes for the common controls, `\u00xx` for the others. */
function jsonBytesOf(codePoint: number): number {
  if (codePoint >= 0x80) {
    if (codePoint >= 0x1_0000) return 4;
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) return 6; // a lone surrogate is escaped
    return codePoint < 0x800 ? 2 : 3;
  }
  if (codePoint >= 0x20) return codePoint === 0x22 || codePoint === 0x5c ? 2 : 1;
  return codePoint >= 0x08 && codePoint <= 0x0d && codePoint !== 0x0b ? 2 : 6;
}
