import { CUT_MARK, subjectOf, type CallEvent } from '#libs/contracts';

/** What Slack, Teams and email say alike: words and values, before each destination's own escaping. */

/** The subject without the `[Recho] ` that a channel or a mail's body needs no more. */
export function headlineOf(event: CallEvent): string {
  return subjectOf(event.eventType).replace(/^\[Recho\] /, '');
}

/** The call, as label and value; a dash where there is none. */
export function factsOf(event: CallEvent): (readonly [label: string, value: string])[] {
  const { callId, callStatus, callSid, clientId } = event.data;
  return [
    ['Call', orDash(callId)],
    ['Status', orDash(callStatus)],
    ['Call SID', orDash(callSid)],
    ['Client', orDash(clientId)],
  ];
}

/** `2026-05-12 10:24:00 UTC`. */
export function timeOf(isoTime: string): string {
  return `${isoTime.slice(0, 10)} ${isoTime.slice(11, 19)} UTC`;
}

export function countOf(errors: number): string {
  return errors === 1 ? '1 error' : `${errors} errors`;
}

export function leftOut(errors: number): string {
  return errors === 0 ? '' : `${CUT_MARK} ${errors} more ${errors === 1 ? 'error' : 'errors'} left out`;
}

/** On one line, with nothing around it. */
export function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

/**
 * What a reader may be shown: a control character is no text, and one that turns the direction of writing can make a
 * line read as what it is not. Tabs and line breaks stay.
 */
export function printable(text: string): string {
  return text.toWellFormed().replaceAll('\r\n', '\n').replace(UNPRINTABLE, '\ufffd');
}

/** Controls but tab and line feed; and the embeddings, overrides and isolates of bidirectional text. */
const UNPRINTABLE = /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

function orDash(value: string | null): string {
  const line = oneLine(value ?? '');
  return line === '' ? '-' : line;
}
