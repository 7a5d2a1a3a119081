import { createHash, randomBytes } from 'node:crypto';

/** Says in a log or a leak what it is. */
const PREFIX = 'rk_';
/** 256 bits: nobody guesses them, so their hash needs no salt and no slowness. */
const SECRET_BYTES = 32;
const HINT_LENGTH = PREFIX.length + 6;

export function newKey(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
}

/** Whether it may be one: nothing else is worth a question to Postgres. */
export function looksLikeKey(token: string): boolean {
  return /^rk_[\w-]{43}$/.test(token);
}

export function hintOf(key: string): string {
  return key.slice(0, HINT_LENGTH);
}

/** SHA-256. Digests are of one length, so comparing them takes as long whatever was sent. */
export function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
