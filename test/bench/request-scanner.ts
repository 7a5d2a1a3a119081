const END_OF_HEAD = Buffer.from('\r\n\r\n');
/** As undici writes it; other spellings are found the slow way. */
const LENGTH = Buffer.from('content-length: ');

/**
 * Cuts the bytes of one connection into requests: as little of HTTP as a receiver needs that must cost next to nothing.
 * Every request carries a Content-Length.
 */
export class RequestScanner {
  private rest: Buffer = Buffer.alloc(0);

  /** @param onBody called for each request that is complete, with where its body and its head stand in `bytes`. */
  push(chunk: Buffer, onBody: (bytes: Buffer, from: number, to: number, head: number) => void): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let at = 0;
    while (at < bytes.length) {
      const endOfHead = bytes.indexOf(END_OF_HEAD, at);
      if (endOfHead === -1) break;
      const from = endOfHead + END_OF_HEAD.length;
      const to = from + lengthIn(bytes, at, endOfHead);
      if (to > bytes.length) break;
      onBody(bytes, from, to, at);
      at = to;
    }
    this.rest = at === bytes.length ? NOTHING : bytes.subarray(at);
  }
}

const NOTHING = Buffer.alloc(0);

function lengthIn(bytes: Buffer, from: number, to: number): number {
  const at = bytes.indexOf(LENGTH, from);
  if (at !== -1 && at < to) return numberAt(bytes, at + LENGTH.length);
  const head = bytes.toString('latin1', from, to);
  const length = /^content-length:[ \t]*(\d+)/im.exec(head)?.[1];
  if (length === undefined) throw new Error(`a request without Content-Length: ${JSON.stringify(head.slice(0, 200))}`);
  return Number(length);
}

/** The digits from there on. */
export function numberAt(bytes: Buffer, from: number): number {
  let number = 0;
  for (let at = from; at < bytes.length; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) break;
    number = number * 10 + digit;
  }
  return number;
}
