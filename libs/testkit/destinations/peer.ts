import type { Loopback } from '../loopback.js';

/** What a destination does with the next requests. */
export type Behaviour =
  /** Takes the request and answers with that status (HTTP) or reply code (SMTP). */
  | number
  /** Takes the request and says nothing. */
  | 'silent'
  /** Begins an answer and stops in the middle. */
  | 'half'
  /** Answers a byte at a time, without an end. */
  | 'drip'
  /** Accepts the request with an answer of a megabyte. */
  | 'huge'
  /** Takes the request and resets the connection. */
  | 'reset';

/** The far side of a room, on loopback. */
export interface Peer extends Pick<Loopback, 'connections' | 'close'> {
  readonly port: number;
  behave(behaviour: Behaviour): void;
  /** Requests that it has taken as a whole. */
  taken(): number;
}

export const HUGE_BYTES = 1024 * 1024;
export const DRIP_EVERY_MS = 20;

/** @param origin `http://127.0.0.1:<port>` */
export function portOf(origin: string): number {
  return Number(new URL(origin).port);
}
