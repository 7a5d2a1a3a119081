import { textOf, type CallError, type CallEvent } from '#libs/contracts';
import { jsonSize, writeWithin } from './cut.js';
import { countOf, factsOf, headlineOf, leftOut, oneLine, printable, timeOf } from './words.js';

/** Teams takes 28 KB a message; what is larger is refused as a whole. In bytes of UTF-8, the envelope included. */
const MAX_BYTES = 27_000;
/** The parts' sizes, in bytes of JSON. A call id is never cut by them, whatever ASCII it is of. */
const MAX_FALLBACK = 2_000;
const MAX_VALUE = 1_600;
const MAX_WORD = 200;
const MAX_MESSAGE = 1_000;
/** More is for the history, not for a channel. */
const MAX_ERRORS = 10;

/**
 * The body of a POST to a Teams Workflows or Incoming Webhook: JSON, an Adaptive Card in the `attachments` envelope.
 *
 * What comes from an event stands in text runs only: a TextBlock or a Fact reads a part of Markdown, and would make a
 * link or a list of what a caller wrote. Stack traces are left to email and the history.
 */
export function teamsBody(event: CallEvent): string {
  const head = [title(event), ...factsOf(event).map(fact), time(event)];
  if (event.errors.length === 0) return bodyWith(event, head);
  const room = MAX_BYTES - Buffer.byteLength(bodyWith(event, [...head, ...errorItems([], event.errors.length)]));
  const shown: object[] = [];
  let used = 0;
  for (const error of event.errors.slice(0, MAX_ERRORS)) {
    const item = errorItem(error);
    used += Buffer.byteLength(JSON.stringify(item)) + 1;
    if (used > room) break;
    shown.push(item);
  }
  return bodyWith(event, [...head, ...errorItems(shown, event.errors.length)]);
}

function bodyWith(event: CallEvent, body: readonly object[]): string {
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: jsonWithin(printable(textOf(event)), MAX_FALLBACK),
    msteams: { width: 'Full' },
    body,
  };
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card };
  return JSON.stringify({ type: 'message', attachments: [attachment] });
}

/** Our own words: Markdown has nothing to find in them. */
function title(event: CallEvent): object {
  return {
    type: 'TextBlock',
    text: headlineOf(event),
    size: 'Large',
    weight: 'Bolder',
    wrap: true,
    ...(event.errors.length > 0 && { color: 'Attention' }),
  };
}

/** A row of its own: labels of one width keep the values in line, also beside one that takes two lines. */
function fact([label, value]: readonly [string, string]): object {
  return {
    type: 'ColumnSet',
    spacing: 'Small',
    columns: [
      { type: 'Column', width: '80px', items: [{ type: 'TextBlock', text: label, weight: 'Bolder' }] },
      { type: 'Column', width: 'stretch', items: [rich(run(jsonWithin(value, MAX_VALUE)))] },
    ],
  };
}

function time(event: CallEvent): object {
  return rich(run(`${timeOf(event.occurredAt)} · ${event.eventType}`, { isSubtle: true, size: 'Small' }));
}

function errorItems(shown: readonly object[], count: number): object[] {
  const rest = leftOut(count - shown.length);
  return [
    { type: 'TextBlock', text: countOf(count), weight: 'Bolder', separator: true },
    ...shown,
    ...(rest === '' ? [] : [{ type: 'TextBlock', text: rest, isSubtle: true, wrap: true }]),
  ];
}

function errorItem({ code, message, phase, where, timestamp }: CallError): object {
  const about = [
    ...(oneLine(phase) === '' ? [] : [`phase ${word(phase)}`]),
    ...(oneLine(where) === '' ? [] : [`at ${word(where)}`]),
    timestamp.slice(11, 23),
  ];
  const words = printable(message).trim();
  const first = rich(
    run(word(code) || '-', { weight: 'Bolder', color: 'Attention' }),
    run(`  ${about.join(' · ')}`, { isSubtle: true, size: 'Small' }),
  );
  const items = words === '' ? [first] : [first, { ...rich(run(jsonWithin(words, MAX_MESSAGE))), spacing: 'Small' }];
  return { type: 'Container', style: 'attention', items };
}

function rich(...inlines: readonly object[]): object {
  return { type: 'RichTextBlock', inlines };
}

function run(text: string, style: object = {}): object {
  return { type: 'TextRun', text, ...style };
}

function word(text: string): string {
  return jsonWithin(oneLine(text), MAX_WORD);
}

function jsonWithin(text: string, maxBytes: number): string {
  return writeWithin(text, maxBytes, (character) => character, jsonSize);
}
