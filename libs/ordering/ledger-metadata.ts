import type { Mark } from './source-mark.js';

/** What a commit's metadata says beside the offset. */
export interface Progress {
  /** The source mark at the commit point; null while no job with a mark was finished. */
  readonly mark: Mark | null;
  /** Finished offsets: bit b of byte i is offset `align8(commit offset) + 8 i + b`. */
  readonly bitmap: Uint8Array;
}

const VERSION = '1';

/** `1;<epoch>:<offset>:<ordinal>;<base64 bitmap>`, with empty parts for what is not there. */
export function encodeProgress(mark: Mark | null, bitmap: Uint8Array): string {
  const markText = mark === null ? '' : `${mark.epoch}:${mark.offset}:${mark.ordinal}`;
  const bits =
    bitmap.length === 0 ? '' : Buffer.from(bitmap.buffer, bitmap.byteOffset, bitmap.length).toString('base64');
  return `${VERSION};${markText};${bits}`;
}

/**
 * Reads `encodeProgress`'s form; "" (no commit, or one by a tool) is an empty progress.
 * @throws Error for anything else: guessing could attempt finished jobs again or skip unfinished ones.
 */
export function decodeProgress(metadata: string): Progress {
  if (metadata === '') return { mark: null, bitmap: new Uint8Array() };
  const parts = metadata.split(';');
  const [version, markText, bits] = parts;
  if (parts.length !== 3 || version !== VERSION || markText === undefined || bits === undefined) {
    throw new Error(
      `commit metadata ${JSON.stringify(metadata.slice(0, 80))} is not of this version (${VERSION};mark;bitmap); ` +
        'run the version that wrote it, or reset the consumer group to a chosen offset',
    );
  }
  return { mark: markText === '' ? null : decodeMark(markText), bitmap: Buffer.from(bits, 'base64') };
}

function decodeMark(text: string): Mark {
  const match = /^([^:]+):(\d+):(\d+)$/.exec(text);
  if (match === null)
    throw new Error(`commit metadata holds the source mark ${JSON.stringify(text)}, which is not one`);
  return { epoch: match[1]!, offset: Number(match[2]), ordinal: Number(match[3]) };
}
