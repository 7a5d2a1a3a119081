import { encodeJob, type Job } from '#libs/contracts';
import { encodeMark, HEADERS, type IncomingRecord } from '#libs/kafka';
import type { Verdict } from '#libs/ordering';

/* For specs: jobs, what may become of them, and a ladder. */

export interface JobSpec {
  readonly endpointId?: string;
  readonly callId?: string;
  /** Source offset of its mark; left out: the record's offset. null: no mark. */
  readonly mark?: number | null;
}

export function jobOf(offset: number, { endpointId = 'e1', callId = 'c1' }: JobSpec = {}): Job {
  return {
    v: 1,
    deliveryId: `d${offset}`,
    endpoint: {
      id: endpointId,
      name: 'Receiver',
      endpointType: 'CUSTOM',
      target: 'https://routed.example/hook',
      contentKey: null,
    },
    authType: 'NONE',
    event: {
      eventId: `ev${offset}`,
      projectId: 'p1',
      eventType: 'OUTBOUND_CALL_PENDING',
      occurredAt: '2026-05-12T10:24:00.000Z',
      data: { callId, callStatus: 'PENDING', callSid: null, clientId: null },
      errors: [],
    },
    receivedAt: 1000,
    configVersion: 1,
  };
}

export function recordOf(offset: number, spec: JobSpec = {}): IncomingRecord {
  const mark = spec.mark === undefined ? offset : spec.mark;
  return {
    offset,
    key: Buffer.from(spec.callId ?? 'c1'),
    value: Buffer.from(encodeJob(jobOf(offset, spec))),
    headers: mark === null ? {} : { [HEADERS.mark]: encodeMark({ epoch: 'epoch', offset: mark, ordinal: 0 }) },
    timestamp: 1000,
  };
}

export const brokenRecord = (offset: number, value = 'not a job'): IncomingRecord => ({
  ...recordOf(offset),
  value: Buffer.from(value),
});

export const DELIVERED: Verdict = { type: 'delivered' };
export const REFUSED: Verdict = { type: 'refused', reason: 'http_400: the endpoint answered 400' };
export const RETRY = { type: 'retry', reason: 'http_503: the endpoint answered 503' } as const satisfies Verdict;
export const ABSTAINED: Verdict = { type: 'abstained', reason: 'local_limit: no room' };

export const rungTopic = (rung: number): string => `deliveries.custom.retry.${rung}`;
/** The rungs' delays, in milliseconds: far from those of every other timer. */
export const LADDER = [10_000, 20_000, 30_000];
