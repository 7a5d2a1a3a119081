import type { CallEvent, Job } from '#libs/contracts';
import { USER_AGENT } from './user-agent.js';

const VISIBLE_ASCII = /^[\x21-\x7e]*$/;

/** What the headers tell of a job. */
export type NamedJob = Pick<Job, 'deliveryId' | 'redrive'> & { readonly event: Pick<CallEvent, 'eventId'> };

/**
 * The headers of a CUSTOM request but those that authenticate it: names and values in turn.
 * @param attempt 1 to 7.
 * @param traceparent W3C trace context.
 */
export function customHeaders(job: NamedJob, attempt: number, traceparent: string, userAgent = USER_AGENT): string[] {
  return [
    'Content-Type',
    'application/json',
    'User-Agent',
    userAgent,
    'X-Recho-Event-Id',
    headerText(job.event.eventId),
    'X-Recho-Delivery-Id',
    job.deliveryId,
    'X-Recho-Attempt',
    String(attempt),
    ...(job.redrive === undefined ? [] : ['X-Recho-Redrive', String(job.redrive)]),
    'traceparent',
    traceparent,
  ];
}

/** What a header cannot carry is percent-encoded: an event id is whatever its producer gave. */
export function headerText(value: string): string {
  return VISIBLE_ASCII.test(value) ? value : value.replace(/[^\x21-\x7e]/gu, encodeURIComponent);
}
