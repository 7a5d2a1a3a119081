import { randomUUID } from 'node:crypto';
import { checkCallEvent, parseCallEvent, type CallEvent, type Rejection } from '#libs/contracts';
import { invalid, Problem } from '../http/problem.js';

export interface ReadEvent {
  readonly event: CallEvent;
  /** The event as it goes to Kafka. */
  readonly value: Buffer;
  /** Its producer gave it its id. */
  readonly named: boolean;
}

/** An event of the API has no place in Kafka yet, and needs none: it always has an id. */
const NOWHERE = { epoch: '', partition: 0, offset: 0 };

/**
 * The body of a request as a call event of the project, judged as the router will judge it: what is taken here is never
 * rejected there.
 * @param newId makes the id of an event that has none.
 * @throws Problem with the words of a rejection.
 */
export function readEvent(body: unknown, projectId: string, newId: () => string = randomUUID): ReadEvent {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw rejected(reasonOf(body));
  const fields = body as Readonly<Record<string, unknown>>;
  const own = fields['projectId'];
  if (own !== undefined && own !== null && (typeof own !== 'string' || own.toLowerCase() !== projectId)) {
    throw invalid([{ field: 'projectId', message: `is not the project of the path, ${projectId}; leave it out` }]);
  }
  const named = fields['eventId'] !== undefined && fields['eventId'] !== null;
  const checked = checkCallEvent({ ...fields, projectId, ...(named ? {} : { eventId: newId() }) }, NOWHERE);
  if (!checked.ok) throw rejected(checked.reason);
  const { event } = checked;
  const value = encodeEvent(event);
  // Once more as the record that it becomes: normalising may have made it longer.
  const taken = parseCallEvent(value, Buffer.from(event.data.callId), NOWHERE);
  if (!taken.ok) throw rejected(taken.reason);
  return { event, value, named };
}

export function encodeEvent(event: CallEvent): Buffer {
  return Buffer.from(JSON.stringify(event));
}

function reasonOf(body: unknown): Rejection {
  const checked = checkCallEvent(body, NOWHERE);
  return checked.ok ? { code: 'unreadable', message: 'the value cannot be read' } : checked.reason;
}

/** By the rejection's code, with its words. */
function rejected({ code, message }: Rejection): Problem {
  return new Problem(code === 'too_large' ? 413 : 422, code, message);
}
