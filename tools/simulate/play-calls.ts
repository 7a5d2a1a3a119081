import { setTimeout as after } from 'node:timers/promises';
import type { OutgoingRecord } from '#libs/kafka';
import { TOPICS } from '#libs/kafka';
import type { Random } from './sequences.js';
import { wireEvent, type SimulatedCall, type WireEvent } from './simulated-call.js';

export interface PlayOptions {
  readonly calls: readonly SimulatedCall[];
  /** Events per second, of all calls together. */
  readonly rate: number;
  readonly random: Random;
  /** Resolves when the records are safe. */
  readonly send: (records: OutgoingRecord[]) => Promise<void>;
  /** Told of each event as it is handed to Kafka. */
  readonly played?: (event: WireEvent) => void;
  readonly stop?: AbortSignal;
}

/** Calls that go on at the same time. */
const AT_ONCE = 8;
/** Sends that may be unconfirmed; behind a slow Kafka the play waits instead of filling memory. */
const UNCONFIRMED_SENDS = 16;
const TICK_MS = 10;

/** Plays calls side by side, each in its own order, at a steady rate. @returns the number of events that are in Kafka. */
export async function playCalls(options: PlayOptions): Promise<number> {
  const { rate, random, send, played } = options;
  const waiting = [...options.calls];
  const active: { call: SimulatedCall; index: number }[] = [];
  const unconfirmed = new Set<Promise<void>>();
  const startedAt = performance.now();
  let handedOver = 0;
  let failure: unknown;

  const nextEvent = (): WireEvent | null => {
    while (active.length < AT_ONCE && waiting.length > 0) active.push({ call: waiting.shift()!, index: 0 });
    if (active.length === 0) return null;
    const chosen = Math.floor(random() * active.length);
    const turn = active[chosen]!;
    const event = wireEvent(turn.call, turn.index, Date.now());
    turn.index += 1;
    if (turn.index === turn.call.planned.length) active.splice(chosen, 1);
    return event;
  };

  while (active.length > 0 || waiting.length > 0) {
    if (options.stop?.aborted === true || failure !== undefined) break;
    const due = Math.floor(((performance.now() - startedAt) / 1000) * rate) + 1;
    const records: OutgoingRecord[] = [];
    while (handedOver < due) {
      const event = nextEvent();
      if (event === null) break;
      handedOver += 1;
      played?.(event);
      records.push({ topic: TOPICS.events, key: event.data.callId, value: JSON.stringify(event) });
    }
    if (records.length > 0) {
      const sending: Promise<void> = send(records)
        .catch((error: unknown) => {
          failure ??= error;
        })
        .finally(() => unconfirmed.delete(sending));
      unconfirmed.add(sending);
    }
    if (unconfirmed.size >= UNCONFIRMED_SENDS) await Promise.race(unconfirmed);
    else await after(TICK_MS);
  }
  await Promise.all(unconfirmed);
  if (failure !== undefined) throw failure;
  return handedOver;
}
