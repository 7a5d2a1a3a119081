import { hasEnded, type CallHistory, type CallItem, type Delivery, type LaneWithJobs } from '../api/history-types.js';
import { counted } from '../dead-letters/redrive-words.js';
import { durationText, wholeText } from '../ui/duration.js';
import { causeText, codeOf } from '../ui/reason.js';
import type { Tone } from '../ui/status.js';

/** What became of a call at one endpoint, or at all of them, in a sentence. */
export interface Answer {
  readonly tone: Tone;
  readonly text: string;
}

export interface Words {
  readonly labelOf: (eventType: string) => string;
  readonly endpointOf: (endpointId: string) => string;
  /** Unix milliseconds. */
  readonly now: number;
}

/** Why a call has not arrived, or that it has: what is wrong first, one sentence for each endpoint that it concerns. */
export function answersOf({ items, lanes }: CallHistory, words: Words): readonly Answer[] {
  const parked = lanes.map((lane) => parkedAnswer(lane, words));
  const parkedAt = new Set(lanes.map(({ endpointId }) => endpointId));
  const deliveries = items.flatMap((item) => item.deliveries);
  const others = deliveries.filter(({ endpointId }) => !parkedAt.has(endpointId));
  const given = others.filter(({ status }) => status === 'dead_lettered').map((one) => givenUpAnswer(one, words));
  const open = others.filter(({ status }) => !hasEnded(status));
  const answers = [...parked, ...given, ...(open.length > 0 ? [openAnswer(open, words)] : [])];
  return answers.length > 0 ? answers : [restAnswer(items, deliveries)];
}

/** “Completed” waits behind “Calling”, whose 3rd retry is due in 41 s: CRM answers 503. */
function parkedAnswer({ endpointId, head, followers, waiting }: LaneWithJobs, words: Words): Answer {
  const { labelOf, endpointOf, now } = words;
  const due = dueText(head.nextAttemptAt, now);
  const why = `${endpointOf(endpointId)} ${causeText(codeOf(head.lastReason))}`;
  const name = `“${labelOf(head.eventType)}”`;
  const [first] = waiting.filter(({ deliveryId }) => deliveryId !== head.deliveryId);
  if (followers === 0 || first === undefined) {
    const tried = `The ${ordinal(head.attempts)} retry of ${name} is due ${due}`;
    return { tone: 'warn', text: `${head.attempts === 0 ? `${name} is tried ${due}` : tried}: ${why}.` };
  }
  const who = followers === 1 ? `“${labelOf(first.eventType)}” waits` : `${counted(followers, 'event', 'events')} wait`;
  const next = head.attempts === 0 ? `which is tried ${due}` : `whose ${ordinal(head.attempts)} retry is due ${due}`;
  return { tone: 'warn', text: `${who} behind ${name}, ${next}: ${why}.` };
}

function givenUpAnswer({ eventType, endpointName, attemptCount, reason }: Delivery, { labelOf }: Words): Answer {
  const tries = counted(attemptCount, 'attempt', 'attempts');
  const why = reason === null ? '' : `: ${reason.replace(/^\w+: /, '')}`;
  return { tone: 'bad', text: `“${labelOf(eventType)}” was given up at ${endpointName} after ${tries}${why}.` };
}

function openAnswer(open: readonly Delivery[], { labelOf }: Words): Answer {
  const [first] = open;
  const text =
    open.length === 1 && first !== undefined
      ? `“${labelOf(first.eventType)}” is on its way to ${first.endpointName}.`
      : `${open.length} deliveries are on their way.`;
  return { tone: 'info', text };
}

function restAnswer(items: readonly CallItem[], deliveries: readonly Delivery[]): Answer {
  const delivered = deliveries.filter(({ status }) => status === 'delivered');
  if (deliveries.length === 0) return { tone: 'idle', text: 'No endpoint gets any of its events.' };
  const slowest = Math.max(
    ...delivered.map(({ statusAt, receivedAt }) => Date.parse(statusAt) - Date.parse(receivedAt)),
  );
  const events = counted(items.length, 'event was', 'events were');
  if (delivered.length < deliveries.length) {
    const skipped = deliveries.length - delivered.length;
    return {
      tone: 'idle',
      text: `${counted(skipped, 'delivery was', 'deliveries were')} skipped, because the endpoint was disabled or deleted.`,
    };
  }
  const how = items.length === 1 ? 'delivered,' : 'delivered in order, the slowest';
  return {
    tone: 'ok',
    text: `${items.length > 1 ? 'All ' : ''}${events} ${how} ${durationText(slowest)} after it was received.`,
  };
}

/** `in 41 s`, or `now`. */
function dueText(at: string | null, now: number): string {
  const left = at === null ? 0 : Date.parse(at) - now;
  return left < 1000 ? 'now' : `in ${wholeText(left)}`;
}

function ordinal(n: number): string {
  const suffix = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
}
