import type { Received } from '#libs/testkit';

export interface Verdict {
  /** Events that never arrived. */
  readonly lost: readonly string[];
  /** Arrivals behind a later event of their call. */
  readonly reversed: readonly string[];
  /** Arrivals that repeat their immediate predecessor in their call. */
  readonly adjacentRepeats: number;
}

/**
 * The promise, checked where it counts: per call, what one receiver saw, with immediate repeats removed, is what was
 * emitted (I3, I4).
 * @param emitted event ids of each call, in order.
 */
export function judgeOrder(emitted: ReadonlyMap<string, readonly string[]>, received: readonly Received[]): Verdict {
  const arrived = new Map<string, string[]>();
  for (const { headers, body } of received) {
    const callId = callIdIn(body);
    const ofCall = arrived.get(callId) ?? [];
    arrived.set(callId, ofCall);
    ofCall.push(String(headers['x-recho-event-id']));
  }
  const lost: string[] = [];
  const reversed: string[] = [];
  let adjacentRepeats = 0;
  for (const [callId, events] of emitted) {
    const seen = arrived.get(callId) ?? [];
    const places = new Map(events.map((eventId, index) => [eventId, index]));
    lost.push(...events.filter((eventId) => !seen.includes(eventId)));
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

function callIdIn(body: Buffer): string {
  return (JSON.parse(body.toString('utf8')) as { body: { data: { callId: string } } }).body.data.callId;
}
