import { seededRandom, type Random } from '../../tools/simulate/sequences.js';
import type { Exchange } from '../harness/exchange.js';
import type { Answer } from '../harness/lane-receiver.js';

/** Shares of events that the receiver refuses for good, and that it fails at every attempt. */
const REFUSED = 0.01;
const DOOMED = 0.003;
/** Share of the other attempts that fail. */
const FAILING = 0.2;
/** A receiver takes its time, so that there always is something in flight to be cut. */
const LONGEST_DELAY_MS = 40;

/**
 * What the receivers of a chaos run answer: by the seed, the delivery and how often it came, so that the same seed fails
 * the same attempts whatever comes between them.
 * @param hangMs what a request that gets no answer waits for at most: longer than an attempt's time-out, shorter than a
 * session, so that no request of a process that was stopped is open when its successor sends the next.
 */
export function chaosAnswers(seed: number, hangMs: number): (exchange: Exchange, earlier: number) => Answer {
  return ({ endpoint, eventId }, earlier) => {
    const delivery = `${seed}/${endpoint}/${eventId}`;
    const fate = seededRandom(hash(delivery))();
    const random = seededRandom(hash(`${delivery}/${earlier}`));
    if (fate < REFUSED) return { type: 'status', status: 422, delayMs: random() * LONGEST_DELAY_MS };
    if (fate < REFUSED + DOOMED || random() < FAILING) return failure(random, hangMs);
    return { type: 'status', status: 200, delayMs: random() * LONGEST_DELAY_MS };
  };
}

function failure(random: Random, hangMs: number): Answer {
  const delayMs = random() * LONGEST_DELAY_MS;
  const how = random();
  if (how < 0.58) return { type: 'status', status: 503, delayMs };
  // Few: each of them is about the whole endpoint, which is left alone for so long.
  const seconds = random() < 0.5 ? 1 : 2;
  if (how < 0.59) return { type: 'status', status: 429, retryAfter: { seconds, as: 'seconds' }, delayMs };
  if (how < 0.6) return { type: 'status', status: 503, retryAfter: { seconds, as: 'date' }, delayMs };
  if (how < 0.7) return { type: 'hang', resetAfterMs: hangMs };
  return { type: 'reset', after: how < 0.85 ? 'headers' : 'body' };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
