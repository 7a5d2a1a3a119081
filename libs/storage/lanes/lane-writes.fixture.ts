import { encodeJob, laneIdOf, uuidOfName, type Job } from '#libs/contracts';
import { refOf, type JobRef, type LaneRow } from '#libs/ordering';
import type { FencedWrite, LaneName, ParkedJob, Trouble } from './lane-store.js';

/* For specs: lanes by the name of their call, jobs by a number, and an owner who writes in its tenure. */

export const KIND = 'custom';
export const PROJECT_ID = '3f0c7a52-9d1e-4c57-8a34-6b2f0d9e1c77';
export const ENDPOINT_ID = 'e0000000-0000-4000-8000-000000000001';

export const NO_TROUBLE: Trouble = { reason: null, status: null, firstAttemptAt: null };
export const FAILED: Trouble = { reason: 'http_503: Service Unavailable', status: 503, firstAttemptAt: 1764000000123 };
export const NO_WAKE_UP: LaneRow = { attempts: 0, wakeUp: null };
export const FIRST_RUNG: LaneRow = { attempts: 1, wakeUp: { rung: 1, dueAt: 1764000005123 } };

/** Its offset is its number, unless told otherwise. */
export function parkedJob(number: number, callId = 'call-1', vary: Partial<ParkedJob> = {}): ParkedJob {
  const id = uuidOfName(`job ${number}`);
  const job: Job = {
    v: 1,
    deliveryId: id,
    endpoint: { id: ENDPOINT_ID, name: 'E', endpointType: 'CUSTOM', target: 'https://e.example/', contentKey: null },
    authType: 'NONE',
    event: {
      eventId: `event-${number}`,
      projectId: PROJECT_ID,
      eventType: 'OUTBOUND_CALL_CALLING',
      occurredAt: '2026-05-12T10:24:00.000Z',
      data: { callId, callStatus: 'CALLING', callSid: null, clientId: null },
      errors: [],
    },
    receivedAt: 1764000000000,
    configVersion: 1,
  };
  const mark = { epoch: 'epoch-1', offset: number, ordinal: 1 };
  return { id, offset: number, job, bytes: Buffer.byteLength(encodeJob(job)), mark, traceparent: null, ...vary };
}

export function laneName(partition: number, callId = 'call-1', endpointId = ENDPOINT_ID): LaneName {
  return { laneId: laneIdOf(KIND, partition, endpointId, callId), endpointId, callId };
}

/** Makes the writes of one tenure. */
export class Tenure {
  constructor(
    readonly partition: number,
    readonly epoch: number,
  ) {}

  park(jobs: readonly ParkedJob[], row = FIRST_RUNG, trouble = FAILED, callId = 'call-1'): FencedWrite {
    return { ...this.of(callId), type: 'park', row, trouble, jobs };
  }
  add(job: ParkedJob, callId = 'call-1'): FencedWrite {
    return { ...this.of(callId), type: 'add', job };
  }
  update(head: JobRef, row: LaneRow, trouble = FAILED, callId = 'call-1'): FencedWrite {
    return { ...this.of(callId), type: 'update', head: refOf(head), row, trouble };
  }
  advance(resolved: JobRef, callId = 'call-1'): FencedWrite {
    return { ...this.of(callId), type: 'advance', resolved: refOf(resolved) };
  }
  laneId(callId = 'call-1'): string {
    return laneName(this.partition, callId).laneId;
  }

  private of(callId: string) {
    const { partition, epoch } = this;
    return { partition, epoch, lane: laneName(partition, callId) };
  }
}
