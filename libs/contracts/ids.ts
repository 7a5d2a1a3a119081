import { hash } from 'node:crypto';

/** Where an event record lies: the same for every replay of it. */
export interface EventPosition {
  /** Routing epoch of the partition (a UUID). */
  readonly epoch: string;
  readonly partition: number;
  readonly offset: number;
}

/** Namespace of our name-based UUIDs, as latin1; any constant will do, it must only never change. */
const NAMESPACE = Buffer.from('6f1d4cf2a1c54f0e9a3b7d5e2c8b9a01', 'hex').toString('latin1');

/**
 * A UUID made from a name (version 5, RFC 9562): the same name gives the same id.
 * @param name ASCII.
 */
export function uuidOfName(name: string): string {
  const hex = hash('sha1', Buffer.from(NAMESPACE + name, 'latin1'), 'hex');
  const variant = VARIANTS[parseInt(hex[16]!, 16) & 0x3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The two highest bits say "RFC 9562", the two lowest are the hash's. */
const VARIANTS = ['8', '9', 'a', 'b'] as const;

/**
 * A delivery's id: the same when the router replays the event, another one when a producer published it twice. So a
 * receiver that forgets repeated ids never forgets an event.
 */
export function deliveryIdOf(position: EventPosition, endpointId: string): string {
  return uuidOfName(`${position.epoch}/${position.partition}/${position.offset}/${endpointId}`);
}

/**
 * A lane's id. The partition is a part of it: producers that disagree on a call's partition make two lanes of it, and
 * each has one owner all the same.
 * @param kind as in topic names.
 */
export function laneIdOf(kind: string, partition: number, endpointId: string, callId: string): string {
  return uuidOfName(`${kind}/${partition}/${endpointId}/${encodeURIComponent(callId)}`);
}

/** The id of an event whose producer gave none. */
export function eventIdOf(position: EventPosition): string {
  return uuidOfName(`${position.epoch}/${position.partition}/${position.offset}`);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}
