import type { Received } from '#libs/testkit';

/** A request at a customer's receiver, as far as order goes. */
export interface Arrived {
  readonly callId: string;
  readonly eventId: string;
}

export interface Verdict {
  /** Events that never arrived. */
  readonly lost: readonly string[];
  /** Arrivals behind a later event of their call; repeats that are not next to their original are among them. */
  readonly reversed: readonly string[];
  /** Arrivals that repeat their immediate predecessor in their call. */
  readonly adjacentRepeats: number;
}

/**
 * The promise, checked where it counts: per call, what one receiver saw, with immediate repeats removed, is what was
 * emitted (I3, I4).
 * @param emitted event ids of each call, in order.
 */
export function judgeOrder(emitted: ReadonlyMap<string, readonly string[]>, arrivals: Iterable<Arrived>): Verdict {
  const arrived = new Map<string, string[]>();
  for (const { callId, eventId } of arrivals) {
    const ofCall = arrived.get(callId);
    if (ofCall === undefined) arrived.set(callId, [eventId]);
    else ofCall.push(eventId);
  }
  const lost: string[] = [];
  const reversed: string[] = [];
  let adjacentRepeats = 0;
  for (const [callId, events] of emitted) {
    const seen = arrived.get(callId) ?? [];
    const places = new Map(events.map((eventId, index) => [eventId, index]));
    const distinct = new Set(seen);
    lost.push(...events.filter((eventId) => !distinct.has(eventId)));
    let highest = -1;
    for (const [index, eventId] of seen.entries()) {
      const place = places.get(eventId) ?? -1;
      if (index > 0 && eventId === seen[index - 1]) adjacentRepeats += 1;
      else if (place <= highest) reversed.push(`${callId}: ${eventId} after ${events[highest]}`);
      highest = Math.max(highest, place);
    }
  }
  return { lost, reversed, adjacentRepeats };
}

export function arrivedOf({ headers, body }: Pick<Received, 'headers' | 'body'>): Arrived {
  const { callId } = (JSON.parse(body.toString('utf8')) as { body: { data: { callId: string } } }).body.data;
  return { callId, eventId: String(headers['x-recho-event-id']) };
}
