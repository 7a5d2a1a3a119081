import type { EventType } from '#libs/contracts';

/** A number from 0 up to but not 1, as Math.random gives. */
export type Random = () => number;

/** What may come next in a call's life, the likelier the higher its weight; nothing: the call has ended. */
type Step = Readonly<Partial<Record<EventType, number>>>;

/**
 * How calls go, clean ones: which event may follow which. An error may end a call from any step that is not its last.
 * After a dial that nobody took the platform dials again, at most MAX_DIALS times.
 */
export const NEXT_EVENTS: Readonly<Record<EventType, Step>> = {
  OUTBOUND_CALL_PENDING: { OUTBOUND_CALL_REQUESTED: 90, OUTBOUND_CALL_CANCELED: 5, OUTBOUND_CALL_EXPIRED: 5 },
  OUTBOUND_CALL_REQUESTED: { OUTBOUND_CALL_CALLING: 95, OUTBOUND_CALL_UNREACHABLE: 5 },
  OUTBOUND_CALL_CALLING: { OUTBOUND_CALL_CLOSING: 76, OUTBOUND_CALL_NO_RESPONSE: 14, OUTBOUND_CALL_BUSY: 10 },
  OUTBOUND_CALL_CLOSING: { OUTBOUND_CALL_COMPLETED: 1 },
  OUTBOUND_CALL_NO_RESPONSE: { OUTBOUND_CALL_REQUESTED: 1 },
  OUTBOUND_CALL_BUSY: { OUTBOUND_CALL_REQUESTED: 1 },
  OUTBOUND_CALL_UNREACHABLE: { OUTBOUND_CALL_REQUESTED: 1 },
  OUTBOUND_CALL_COMPLETED: {},
  OUTBOUND_CALL_EXPIRED: {},
  OUTBOUND_CALL_CANCELED: {},
  OUTBOUND_CALL_MAX_ATTEMPTS_REACHED: {},
  OUTBOUND_CALL_ERROR: {},
  INBOUND_CALL_CONNECTING: { INBOUND_CALL_CALLING: 92, INBOUND_CALL_CONCURRENCY_LIMIT_EXCEEDED: 8 },
  INBOUND_CALL_CALLING: { INBOUND_CALL_CLOSING: 1 },
  INBOUND_CALL_CLOSING: { INBOUND_CALL_COMPLETED: 1 },
  INBOUND_CALL_COMPLETED: {},
  INBOUND_CALL_CONCURRENCY_LIMIT_EXCEEDED: {},
  INBOUND_CALL_ERROR: {},
};

export const MAX_DIALS = 3;
const INBOUND_SHARE = 0.3;

export interface PlannedEvent {
  readonly eventType: EventType;
  /** The event carries errors. */
  readonly faulty: boolean;
}

/** One call from its first event to its last. @param errorShare of calls that meet an error, 0 to 1. */
export function planCall(random: Random, errorShare: number): PlannedEvent[] {
  const inbound = random() < INBOUND_SHARE;
  const types: EventType[] = [inbound ? 'INBOUND_CALL_CONNECTING' : 'OUTBOUND_CALL_PENDING'];
  let dials = 0;
  for (;;) {
    const last = types.at(-1)!;
    const next = pick(NEXT_EVENTS[last], random);
    if (next === null) break;
    if (next === 'OUTBOUND_CALL_REQUESTED' && (dials += 1) > MAX_DIALS) {
      types.push('OUTBOUND_CALL_MAX_ATTEMPTS_REACHED');
      break;
    }
    types.push(next);
  }
  if (random() >= errorShare) return types.map((eventType) => ({ eventType, faulty: false }));
  return withError(types, random);
}

/** An error ends the call somewhere on its way; a call that completes may also complete with errors. */
function withError(types: readonly EventType[], random: Random): PlannedEvent[] {
  const last = types.at(-1)!;
  const completes = last === 'OUTBOUND_CALL_COMPLETED' || last === 'INBOUND_CALL_COMPLETED';
  if (completes && random() < 0.4) {
    return types.map((eventType) => ({ eventType, faulty: eventType === last }));
  }
  const reached = 1 + Math.floor(random() * (types.length - 1));
  const error = last.startsWith('INBOUND') ? 'INBOUND_CALL_ERROR' : 'OUTBOUND_CALL_ERROR';
  return [
    ...types.slice(0, reached).map((eventType) => ({ eventType, faulty: false })),
    { eventType: error, faulty: true },
  ];
}

function pick(step: Step, random: Random): EventType | null {
  const choices = Object.entries(step) as [EventType, number][];
  let point = random() * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [eventType, weight] of choices) {
    point -= weight;
    if (point < 0) return eventType;
  }
  return null;
}

/** The same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
