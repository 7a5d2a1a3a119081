/** The catalogue: names and labels are fixed by the public contract, subjects are ours (sentence case). */
export const EVENT_CATALOGUE = [
  { eventType: 'OUTBOUND_CALL_PENDING', label: 'Pending', subject: 'Outbound call pending' },
  { eventType: 'OUTBOUND_CALL_REQUESTED', label: 'Requested', subject: 'Outbound call requested' },
  { eventType: 'OUTBOUND_CALL_CALLING', label: 'Outbound Calling', subject: 'Outbound call calling' },
  { eventType: 'OUTBOUND_CALL_CLOSING', label: 'Outbound Closing', subject: 'Outbound call closing' },
  { eventType: 'OUTBOUND_CALL_COMPLETED', label: 'Outbound Completed', subject: 'Outbound call completed' },
  { eventType: 'OUTBOUND_CALL_EXPIRED', label: 'Expired', subject: 'Outbound call expired' },
  { eventType: 'OUTBOUND_CALL_NO_RESPONSE', label: 'No Response', subject: 'Outbound call not answered' },
  { eventType: 'OUTBOUND_CALL_CANCELED', label: 'Canceled', subject: 'Outbound call canceled' },
  { eventType: 'OUTBOUND_CALL_BUSY', label: 'Busy', subject: 'Outbound call busy' },
  { eventType: 'OUTBOUND_CALL_UNREACHABLE', label: 'Unreachable', subject: 'Outbound call unreachable' },
  {
    eventType: 'OUTBOUND_CALL_MAX_ATTEMPTS_REACHED',
    label: 'Max Attempts Reached',
    subject: 'Outbound call reached its redial limit',
  },
  { eventType: 'OUTBOUND_CALL_ERROR', label: 'Outbound Error', subject: 'Outbound call error' },
  { eventType: 'INBOUND_CALL_CONNECTING', label: 'Connecting', subject: 'Inbound call connecting' },
  { eventType: 'INBOUND_CALL_CALLING', label: 'Inbound Calling', subject: 'Inbound call calling' },
  { eventType: 'INBOUND_CALL_CLOSING', label: 'Inbound Closing', subject: 'Inbound call closing' },
  { eventType: 'INBOUND_CALL_COMPLETED', label: 'Inbound Completed', subject: 'Inbound call completed' },
  {
    eventType: 'INBOUND_CALL_CONCURRENCY_LIMIT_EXCEEDED',
    label: 'Concurrency Limit Exceeded',
    subject: 'Inbound call exceeded the concurrency limit',
  },
  { eventType: 'INBOUND_CALL_ERROR', label: 'Inbound Error', subject: 'Inbound call error' },
] as const;

export type EventType = (typeof EVENT_CATALOGUE)[number]['eventType'];

const EVENT_TYPES: ReadonlySet<string> = new Set(EVENT_CATALOGUE.map(({ eventType }) => eventType));

export function isEventType(text: string): text is EventType {
  return EVENT_TYPES.has(text);
}

const SUBJECTS: ReadonlyMap<string, string> = new Map(
  EVENT_CATALOGUE.map(({ eventType, subject }) => [eventType, `[Recho] ${subject}`]),
);

/** The message's subject, as `[Recho] Outbound call error`. */
export function subjectOf(eventType: EventType): string {
  return SUBJECTS.get(eventType)!;
}
