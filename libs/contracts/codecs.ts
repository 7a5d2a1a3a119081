import type { AttemptRecord } from './attempt.js';
import type { CallEvent } from './call-event.js';
import type { EndpointSnapshot } from './endpoint.js';
import { isEventType } from './event-types.js';
import type { Job } from './job.js';
import type { LaneCommand } from './lane-command.js';
import type { PlatformEvent } from './platform-event.js';

export function encodeJob(job: Job): string {
  return JSON.stringify(job);
}

const endpointTexts = new WeakMap<EndpointSnapshot, string>();

/**
 * `encodeJob` of the jobs of one event that was never redriven: the event is put into JSON once, and an endpoint once for all
 * events that it is matched with.
 */
export function jobEncoder(event: CallEvent): (job: Omit<Job, 'v' | 'event' | 'redrive'>) => string {
  const eventText = JSON.stringify(event);
  return ({ deliveryId, endpoint, authType, receivedAt, configVersion }) => {
    let endpointText = endpointTexts.get(endpoint);
    if (endpointText === undefined) endpointTexts.set(endpoint, (endpointText = JSON.stringify(endpoint)));
    // An id is hex and dashes, and the type a word: nothing in them has to be escaped.
    return (
      `{"v":1,"deliveryId":"${deliveryId}","endpoint":${endpointText},"authType":"${authType}",` +
      `"event":${eventText},"receivedAt":${receivedAt},"configVersion":${configVersion}}`
    );
  };
}

/** @throws Error for a value that is not a job of this version: what is wrong, in words. */
export function decodeJob(value: Buffer): Job {
  const job = recordOf<Job>(value, 'job');
  const { deliveryId, endpoint, event } = job;
  // What a job is handled by: a record without one of these would hold its lane for ever instead of being told apart.
  if (
    typeof deliveryId !== 'string' ||
    typeof endpoint?.id !== 'string' ||
    typeof event?.data?.callId !== 'string' ||
    typeof event.occurredAt !== 'string' ||
    !isEventType(event.eventType) ||
    !Array.isArray(event.errors)
  ) {
    throw new Error('the job lacks deliveryId, endpoint.id, or the event: callId, occurredAt, eventType, errors');
  }
  return job;
}

/** @throws Error for a value that is not an attempt record of this version. */
export function decodeAttempt(value: Buffer): AttemptRecord {
  const record = recordOf<AttemptRecord>(value, 'attempt record');
  if (
    typeof record.deliveryId !== 'string' ||
    typeof record.status !== 'string' ||
    typeof record.receivedAt !== 'number'
  ) {
    throw new Error('the attempt record lacks deliveryId, status or receivedAt');
  }
  return record;
}

/** @throws Error for a value that is not a command of this version. */
export function decodeLaneCommand(value: Buffer): LaneCommand {
  const command = recordOf<LaneCommand>(value, 'command');
  const { type, endpointId, callId, deliveryId, attempts } = command;
  if ((type !== 'retry' && type !== 'skip') || typeof attempts !== 'number') {
    throw new Error(
      `the command is ${JSON.stringify(type)} at ${JSON.stringify(attempts)} attempts, expected retry or skip`,
    );
  }
  if (typeof endpointId !== 'string' || typeof callId !== 'string' || typeof deliveryId !== 'string') {
    throw new Error('the command lacks endpointId, callId or deliveryId');
  }
  return command;
}

/** @throws Error for a value that is not an event of this version. */
export function decodePlatformEvent(value: Buffer): PlatformEvent {
  const event = recordOf<PlatformEvent>(value, 'platform event');
  const { type, endpointId, projectId, reason, since, at } = event;
  const texts = [type, endpointId, projectId, reason];
  if (texts.some((text) => typeof text !== 'string') || [since, at].some((time) => Number.isNaN(Date.parse(time)))) {
    throw new Error('the platform event lacks type, endpointId, projectId or reason, or since and at are no times');
  }
  return event;
}

/** What is ours is trusted field by field; only what is not ours at all must be told. */
function recordOf<T extends { readonly v: number }>(value: Buffer, what: string): T {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.toString('utf8'));
  } catch (error) {
    throw new Error(`the ${what} is not JSON`, { cause: error });
  }
  const v = (parsed as { v?: unknown } | null)?.v;
  if (v !== 1) throw new Error(`the ${what} has version ${JSON.stringify(v)}, this service reads version 1`);
  return parsed as T;
}
