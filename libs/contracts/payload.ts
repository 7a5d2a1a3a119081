import type { AuthType } from './endpoint.js';
import type { CallEvent } from './call-event.js';
import { subjectOf } from './event-types.js';
import type { Job } from './job.js';
import { jsonBytes, shortenErrors } from './shorten-errors.js';

/** The largest CUSTOM body, in bytes: under a common default limit of receivers (100 kB). */
export const MAX_BODY_BYTES = 99_999;

const RULE = '━'.repeat(14);
/** The bytes of the rule in UTF-8, each as a character of its own. */
const RULE_AS_BYTES = Buffer.from(RULE).toString('latin1');
const ERRORS_TITLE = 'Errors:';

/**
 * The message's text, as every destination shows it: lines joined by a newline, none at the end; times in UTC.
 */
export function textOf(event: CallEvent): string {
  return textWith(event, RULE);
}

function textWith(event: CallEvent, rule: string): string {
  const { callId, callStatus, callSid, clientId } = event.data;
  const lines = [
    subjectOf(event.eventType),
    rule,
    `callId: ${callId}`,
    `callStatus: ${callStatus}`,
    `callSid: ${callSid ?? '-'}`,
    `clientId: ${clientId ?? '-'}`,
    rule,
  ];
  if (event.errors.length > 0) {
    lines.push(ERRORS_TITLE);
    for (const { code, message, phase } of event.errors) lines.push(` - [${code}] ${message} (phase: ${phase})`);
    lines.push(rule);
  }
  lines.push(`Time: ${event.occurredAt.slice(0, 10)} ${event.occurredAt.slice(11, 19)}`);
  return lines.join('\n');
}

/**
 * The CUSTOM body, byte for byte as the contract has it: names, nesting and key order are fixed.
 * @param authType of the endpoint at the moment of the attempt.
 * @returns JSON of less than 100,000 bytes: `stacktrace`, then `message` are cut where it would be more.
 */
export function customBody(job: Job, authType: AuthType): string {
  const whole = bodyWith(job, job.event, authType);
  // A UTF-16 unit takes at most three bytes: an ordinary body needs no counting.
  if (whole.length * 3 <= MAX_BODY_BYTES || Buffer.byteLength(whole) <= MAX_BODY_BYTES) return whole;

  const withoutErrors = Buffer.byteLength(bodyWith(job, { ...job.event, errors: [] }, authType));
  const errorsBlock = jsonBytes(`${ERRORS_TITLE}\n${RULE}\n`);
  const errors = shortenErrors(job.event.errors, MAX_BODY_BYTES - withoutErrors - errorsBlock);
  return bodyWith(job, { ...job.event, errors }, authType);
}

/**
 * The same in UTF-8, as it is sent. The rule is what keeps an ordinary body from being ASCII, and its JSON from being made
 * and encoded at twice the speed: so the rule goes in as the bytes that it will be.
 */
export function customBodyBytes(job: Job, authType: AuthType): Buffer {
  const body = bodyWith(job, job.event, authType, RULE_AS_BYTES);
  const rules = job.event.errors.length > 0 ? 3 : 2;
  // Whatever else is not ASCII adds to this sum, a character at a time.
  const isAsciiElsewhere = Buffer.byteLength(body) === body.length + rules * RULE_AS_BYTES.length;
  if (isAsciiElsewhere && body.length <= MAX_BODY_BYTES) return Buffer.from(body, 'latin1');
  return Buffer.from(customBody(job, authType));
}

function bodyWith({ endpoint }: Job, event: CallEvent, authType: AuthType, rule = RULE): string {
  const { callId, callStatus, callSid, clientId } = event.data;
  return JSON.stringify({
    projectId: event.projectId,
    webhookEndpoint: {
      id: endpoint.id,
      name: endpoint.name,
      endpointType: endpoint.endpointType,
      target: endpoint.target,
      contentKey: endpoint.contentKey,
    },
    eventType: event.eventType,
    body: {
      subject: subjectOf(event.eventType),
      text: textWith(event, rule),
      data: { callId, callStatus, callSid, clientId },
      errors: event.errors.map(({ code, message, timestamp, where, phase, stacktrace }) => ({
        code,
        message,
        timestamp,
        where,
        phase,
        stacktrace,
      })),
    },
    authConfig: { authType },
  });
}
