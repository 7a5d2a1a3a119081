import { CUT_MARK, jsonBytes } from '#libs/contracts';

/**
 * A text as a destination writes it, character by character, or as much of its beginning as fits together with the
 * mark: never half a character, never half an escape.
 * @param max of the result, in what `sizeOf` counts; at least the mark's own size.
 */
export function writeWithin(
  text: string,
  max: number,
  write: (character: string) => string,
  sizeOf: (written: string) => number = (written) => written.length,
): string {
  const room = max - sizeOf(CUT_MARK);
  let all = '';
  let size = 0;
  /** What is kept if the text turns out to be too long. */
  let kept = 0;
  for (const character of text) {
    const written = write(character);
    size += sizeOf(written);
    if (size > max) return all.slice(0, kept) + CUT_MARK;
    all += written;
    if (size <= room) kept = all.length;
  }
  return all;
}

/** What one written character, or an escape of ours, takes in UTF-8. */
export function utf8Bytes(written: string): number {
  // Asked once a character of a text: most are ASCII.
  return written.length === 1 && written < '\u0080' ? 1 : Buffer.byteLength(written);
}

/** What it takes between the quotes of JSON, in UTF-8. */
export function jsonSize(written: string): number {
  if (written.length === 1 && written >= ' ' && written < '\u007f' && written !== '"' && written !== '\\') return 1;
  return jsonBytes(written);
}
