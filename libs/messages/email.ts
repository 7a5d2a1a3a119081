import { subjectOf, textOf, type CallError, type CallEvent } from '#libs/contracts';
import { utf8Bytes, writeWithin } from './cut.js';
import { DARK, STYLES as S } from './email-styles.js';
import { countOf, factsOf, headlineOf, leftOut, oneLine, printable, timeOf } from './words.js';

/** What an email says; the same text for clients that show no HTML. */
export interface EmailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Of the text and of the HTML, in bytes of UTF-8: mail clients clip what is much longer (Gmail at 102 KB). */
const MAX_BYTES = 100_000;
/** The parts' sizes, in bytes after escaping. */
const MAX_VALUE = 4_000;
const MAX_WORD = 1_000;
const MAX_MESSAGE = 8_000;
const MAX_STACKTRACE = 8_000;

export function emailContent(event: CallEvent): EmailContent {
  return {
    subject: subjectOf(event.eventType),
    text: writeWithin(textOf(event), MAX_BYTES, (character) => character, utf8Bytes),
    html: htmlOf(event),
  };
}

/** Tables and inline styles, which is what mail clients agree on; nothing is loaded from anywhere. */
function htmlOf(event: CallEvent): string {
  if (event.errors.length === 0) return page(event, '');
  const room = MAX_BYTES - Buffer.byteLength(page(event, errorsSection('', event.errors.length, event.errors.length)));
  let shown = '';
  let used = 0;
  let count = 0;
  for (const error of event.errors) {
    const rows = errorRows(error);
    used += Buffer.byteLength(rows);
    if (used > room) break;
    shown += rows;
    count += 1;
  }
  return page(event, errorsSection(shown, event.errors.length, event.errors.length - count));
}

function page(event: CallEvent, errors: string): string {
  const accent = event.errors.length > 0 ? S.failed : S.clean;
  const facts = factsOf(event).map(
    ([label, value]) =>
      `<tr><td class="soft" style="${S.label}">${label}</td>` +
      `<td style="${S.value}"><bdi>${html(value, MAX_VALUE)}</bdi></td></tr>\n`,
  );
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">` +
    `<meta name="supported-color-schemes" content="light dark"><title>${headlineOf(event)}</title>\n` +
    `<style>${DARK}</style></head>\n` +
    `<body class="page" style="${S.page}">\n` +
    `<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="${S.around}">\n` +
    `<table role="presentation" class="card" width="600" cellpadding="0" cellspacing="0" style="${S.card}${accent}">\n` +
    `<tr><td colspan="2" style="${S.title}">${headlineOf(event)}</td></tr>\n` +
    `<tr><td colspan="2" class="soft" style="${S.time}">${timeOf(event.occurredAt)} · ${event.eventType}</td></tr>\n` +
    facts.join('') +
    errors +
    `<tr><td colspan="2" style="${S.end}">&nbsp;</td></tr>\n</table>\n</td></tr></table>\n</body></html>\n`
  );
}

function errorsSection(rows: string, count: number, omitted: number): string {
  const rest = leftOut(omitted);
  return (
    `<tr><td colspan="2" class="bad" style="${S.count}">${countOf(count)}</td></tr>\n` +
    rows +
    (rest === '' ? '' : `<tr><td colspan="2" class="soft" style="${S.rest}">${rest}</td></tr>\n`)
  );
}

function errorRows({ code, message, phase, where, timestamp, stacktrace }: CallError): string {
  const about = [
    ...(oneLine(phase) === '' ? [] : [`phase <bdi>${html(oneLine(phase), MAX_WORD)}</bdi>`]),
    ...(oneLine(where) === '' ? [] : [`at <bdi>${html(oneLine(where), MAX_WORD)}</bdi>`]),
    timeOf(timestamp),
  ];
  const words = html(printable(message).trim(), MAX_MESSAGE);
  const trace = html(printable(stacktrace).trim(), MAX_STACKTRACE);
  return (
    `<tr><td colspan="2" style="${S.errorAround}"><div class="error" style="${S.error}">` +
    `<div class="bad" style="${S.code}"><bdi>${html(oneLine(code), MAX_WORD)}</bdi></div>` +
    (words === '' ? '' : `<div dir="auto" style="${S.message}">${words}</div>`) +
    `<div class="soft" style="${S.about}">${about.join(' · ')}</div>` +
    (trace === '' ? '' : `<pre class="trace" style="${S.trace}">${trace}</pre>`) +
    `</div></td></tr>\n`
  );
}

function html(text: string, maxBytes: number): string {
  return writeWithin(text, maxBytes, (character) => ESCAPES[character] ?? character, utf8Bytes);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
