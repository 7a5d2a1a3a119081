import { textOf, type CallError, type CallEvent } from '#libs/contracts';
import { writeWithin } from './cut.js';
import { countOf, factsOf, headlineOf, leftOut, oneLine, printable, timeOf } from './words.js';

/**
 * Slack takes 50 blocks, 150 characters of header, 3,000 of section text, 2,000 a field and 40,000 of text
 * (docs.slack.dev, Block Kit); what is longer is refused as a whole, so all of these are far below. Characters are
 * counted after escaping, which is the larger count.
 */
const MAX_TEXT = 4_000;
const MAX_FIELD = 1_900;
const MAX_WORD = 200;
const MAX_MESSAGE = 1_000;
/** Of all errors together: more is for the history, not for a channel. */
const MAX_ERRORS = 10;
const MAX_ERRORS_TEXT = 9_000;

const RED = '#d92d20';

/**
 * The body of a POST to a Slack Incoming Webhook: JSON. Blocks for the channel, `text` for notifications and for what
 * shows no blocks; errors stand behind a red bar. Stack traces are left to email and the history.
 */
export function slackBody(event: CallEvent): string {
  const failed = event.errors.length > 0;
  return JSON.stringify({
    text: writeWithin(printable(textOf(event)), MAX_TEXT, escaped),
    // Nothing that an error's message links to is fetched.
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(failed ? `🔴 ${headlineOf(event)}` : headlineOf(event)) },
      {
        type: 'section',
        fields: factsOf(event).map(([label, value]) => marked(`*${label}*\n${code(value, MAX_FIELD)}`)),
      },
      { type: 'context', elements: [plain(`${timeOf(event.occurredAt)}  ·  ${event.eventType}`)] },
    ],
    ...(failed && { attachments: [{ color: RED, blocks: errorBlocks(event.errors) }] }),
  });
}

function errorBlocks(errors: readonly CallError[]): object[] {
  const texts: string[] = [];
  let room = MAX_ERRORS_TEXT;
  for (const error of errors.slice(0, MAX_ERRORS)) {
    const text = errorText(error);
    room -= text.length;
    if (room < 0) break;
    texts.push(text);
  }
  const rest = leftOut(errors.length - texts.length);
  return [
    section(`*${countOf(errors.length)}*`),
    ...texts.map(section),
    ...(rest === '' ? [] : [{ type: 'context', elements: [plain(rest)] }]),
  ];
}

/** Code, phase and place on the first line, the message below: at most a section's text. */
function errorText({ code: name, message, phase, where, timestamp }: CallError): string {
  const about = [
    ...(oneLine(phase) === '' ? [] : [`phase ${code(oneLine(phase), MAX_WORD)}`]),
    ...(oneLine(where) === '' ? [] : [`at ${code(oneLine(where), MAX_WORD)}`]),
    timestamp.slice(11, 23),
  ];
  const words = printable(message).trim();
  const line = `*${code(oneLine(name), MAX_WORD)}*  ${about.join('  ·  ')}`;
  return words === '' ? line : `${line}\n\`\`\`${writeWithin(words, MAX_MESSAGE, inCode)}\`\`\``;
}

function section(text: string): object {
  return { type: 'section', text: marked(text) };
}

/** Formatted by us; `verbatim`: Slack makes no links and mentions of its own out of it. */
function marked(text: string): object {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** Our own words. */
function plain(text: string): object {
  return { type: 'plain_text', text, emoji: false };
}

/** A value as code: nothing in it is formatting, and it is copied as it is. */
function code(value: string, max: number): string {
  return value === '' ? '`-`' : `\`${writeWithin(value, max, inCode)}\``;
}

/** Code ends at a backtick, whatever stands before it: one in a value is shown by its look-alike. */
function inCode(character: string): string {
  return character === '`' ? 'ˋ' : escaped(character);
}

/** Slack reads `&`, `<` and `>` as control characters, and nothing else: so `<!channel>` calls nobody. */
function escaped(character: string): string {
  return ESCAPES[character] ?? character;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
