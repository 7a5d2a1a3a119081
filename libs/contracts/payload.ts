import type { CallError, CallEvent } from './call-event.js';
import { subjectOf } from './event-types.js';
import type { AuthType } from './endpoint.js';
import type { Job } from './job.js';

/** The largest CUSTOM body, in bytes: under a common default limit of receivers (100 kB). */
export const MAX_BODY_BYTES = 99_999;
/** What a cut text ends in. */
export const CUT_MARK = '… [cut]';

const RULE = '━'.repeat(14);

/**
 * The message's text, as every destination shows it: lines joined by a newline, none at the end; times in UTC.
 */
export function textOf(event: CallEvent): string {
  const { callId, callStatus, callSid, clientId } = event.data;
  const lines = [
    subjectOf(event.eventType),
    RULE,
    `callId: ${callId}`,
    `callStatus: ${callStatus}`,
    `callSid: ${callSid ?? '-'}`,
    `clientId: ${clientId ?? '-'}`,
    RULE,
  ];
  if (event.errors.length > 0) {
    lines.push('Errors:');
    for (const { code, message, phase } of event.errors) lines.push(` - [${code}] ${message} (phase: ${phase})`);
    lines.push(RULE);
  }
  lines.push(`Time: ${event.occurredAt.slice(0, 10)} ${event.occurredAt.slice(11, 19)}`);
  return lines.join('\n');
}

/**
 * The CUSTOM body, byte for byte as the contract has it: names, nesting and key order are fixed.
 * @param authType of the endpoint at the moment of the attempt.
 * @returns JSON of less than 100,000 bytes.
 */
export function customBody(job: Job, authType: AuthType): string {
  const whole = bodyWith(job, job.event, authType);
  if (Buffer.byteLength(whole) <= MAX_BODY_BYTES) return whole;
  return shortened(job, authType);
}

function bodyWith({ endpoint }: Job, event: CallEvent, authType: AuthType): string {
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
      text: textOf(event),
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

/**
 * Stack traces are cut first, then messages, each to the longest common length that fits; should even that not be
 * enough (thousands of errors), the last errors are left out and the last one kept says how many.
 */
function shortened(job: Job, authType: AuthType): string {
  const { event } = job;
  const render = (errors: readonly CallError[]): string => bodyWith(job, { ...event, errors }, authType);
  const fits = (errors: readonly CallError[]): boolean => Buffer.byteLength(render(errors)) <= MAX_BODY_BYTES;
  const longest = (field: 'stacktrace' | 'message', errors: readonly CallError[]): readonly CallError[] | null => {
    const cutTo = (length: number): CallError[] => errors.map((one) => ({ ...one, [field]: cut(one[field], length) }));
    const length = largest(Math.max(...errors.map((one) => one[field].length)), (candidate) => fits(cutTo(candidate)));
    return length === null ? null : cutTo(length);
  };
  const byStack = longest('stacktrace', event.errors);
  if (byStack !== null) return render(byStack);
  const bare = event.errors.map((one) => ({ ...one, stacktrace: cut(one.stacktrace, 0) }));
  const byMessage = longest('message', bare);
  if (byMessage !== null) return render(byMessage);
  const short = bare.map((one) => ({
    ...one,
    code: cut(one.code, 200),
    where: cut(one.where, 200),
    phase: cut(one.phase, 200),
    message: cut(one.message, 0),
  }));
  const keep = (count: number): CallError[] => {
    const kept = short.slice(0, count);
    const left = short.length - count;
    const last = kept.at(-1);
    if (left > 0 && last !== undefined)
      kept[count - 1] = { ...last, message: `${CUT_MARK} ${left} more errors left out` };
    return kept;
  };
  const count = largest(short.length, (candidate) => fits(keep(candidate)));
  return render(keep(count ?? 0));
}

/** The largest n from 0 to `most` for which `fits(n)`, which must hold for all smaller ones too; null when for none. */
function largest(most: number, fits: (n: number) => boolean): number | null {
  if (!fits(0)) return null;
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** At most `length` UTF-16 units of the text and the mark; never half a character. */
function cut(text: string, length: number): string {
  if (text.length <= length + CUT_MARK.length) return text;
  const end = isHighSurrogate(text.charCodeAt(length - 1)) ? length - 1 : length;
  return text.slice(0, end) + CUT_MARK;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
