import type { SourceMark } from '#libs/contracts';
import type { IHeaders } from 'kafkajs';

/** Names of the record headers we write and read. */
export const HEADERS = {
  /** A job's source mark, `<epoch>:<offset>:<ordinal>`. */
  mark: 'recho-mark',
  deliveryId: 'recho-delivery-id',
  /** On a wake-up: with the key, its lane. */
  endpointId: 'recho-endpoint-id',
  /** On a call event: route it to this endpoint alone, whatever the triggers say (the test event). */
  onlyEndpoint: 'recho-only-endpoint',
  /** W3C trace context. */
  traceparent: 'traceparent',
  /** On a wake-up: when it is due, Unix milliseconds. */
  dueAt: 'recho-due-at',
  reason: 'recho-reason',
  attempts: 'recho-attempts',
  lastStatus: 'recho-last-status',
  firstAttemptAt: 'recho-first-attempt-at',
  lastAttemptAt: 'recho-last-attempt-at',
  sourceTopic: 'recho-source-topic',
  sourcePartition: 'recho-source-partition',
  sourceOffset: 'recho-source-offset',
} as const;

/** A header's text; of several with one name, the first. */
export function headerText(headers: IHeaders | undefined, name: string): string | undefined {
  const value = headers?.[name];
  if (value === undefined) return undefined;
  const first = Array.isArray(value) ? value[0] : value;
  return first?.toString();
}

export function encodeMark({ epoch, offset, ordinal }: SourceMark): string {
  return `${epoch}:${offset}:${ordinal}`;
}

/** @throws Error for a text that is not a mark. */
export function decodeMark(text: string): SourceMark {
  const match = /^([^:;]+):(\d+):(\d+)$/.exec(text);
  if (match === null) {
    throw new Error(
      `header ${HEADERS.mark} is ${JSON.stringify(text.slice(0, 80))}, expected <epoch>:<offset>:<ordinal>`,
    );
  }
  return { epoch: match[1]!, offset: Number(match[2]), ordinal: Number(match[3]) };
}
