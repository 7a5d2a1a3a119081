import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CUT_MARK, textOf, type CallEvent } from '#libs/contracts';
import { anyEvent, CLEAN, SAMPLE, withErrors } from './events.fixture.js';
import { slackBody } from './index.js';

/** Oracles: the limits that docs.slack.dev publishes, and its three control characters. */
const LIMIT = { blocks: 50, header: 150, section: 3_000, fields: 10, field: 2_000, text: 40_000 };

interface Text {
  readonly type: 'mrkdwn' | 'plain_text';
  readonly text: string;
  readonly verbatim?: boolean;
  readonly emoji?: boolean;
}
interface Block {
  readonly type: string;
  readonly text?: Text;
  readonly fields?: Text[];
  readonly elements?: Text[];
}
interface Message {
  readonly text: string;
  readonly blocks: Block[];
  readonly attachments?: { readonly color: string; readonly blocks: Block[] }[];
}

const messageOf = (event: CallEvent): Message => JSON.parse(slackBody(event)) as Message;
const blocksOf = ({ blocks, attachments = [] }: Message): Block[] => [
  ...blocks,
  ...attachments.flatMap((one) => one.blocks),
];
const textsOf = (blocks: Block[]): Text[] =>
  blocks.flatMap(({ text, fields = [], elements = [] }) => [...(text ? [text] : []), ...fields, ...elements]);
const wordsOf = (event: CallEvent): string =>
  textsOf(blocksOf(messageOf(event)))
    .map(({ text }) => text)
    .join('\n');

describe('a message for Slack', () => {
  it('says what happened, to which call, and when', () => {
    const words = wordsOf(CLEAN);
    expect(words).toContain('Outbound call pending');
    expect(words).not.toContain('[Recho]');
    for (const value of ['abc-123', 'PENDING', 'CA0123', 'client-1']) expect(words).toContain(`\`${value}\``);
    expect(words).toContain('2026-05-12 10:24:00 UTC');
  });

  it('has the contract’s text for what shows no blocks', () => {
    expect(messageOf(SAMPLE).text).toBe(textOf(SAMPLE));
  });

  it('shows errors behind a red bar: code, phase, place, time, message; a clean event has no bar', () => {
    const { blocks, attachments } = messageOf(SAMPLE);
    expect(blocks[0]!.text!.text).toBe('🔴 Outbound call error');
    expect(attachments).toHaveLength(1);
    expect(attachments![0]!.color).toBe('#d92d20');
    const [count, error] = attachments![0]!.blocks;
    expect(count!.text!.text).toBe('*1 error*');
    expect(error!.text!.text).toBe(
      '*`NETWORK_ERROR`*  phase `CONNECTING`  ·  at `OutboundCallAdapter.connect`  ·  10:23:45.000\n```Connection lost```',
    );
    expect(messageOf(CLEAN)).not.toHaveProperty('attachments');
    expect(messageOf(CLEAN).blocks[0]!.text!.text).toBe('Outbound call pending');
  });

  it('is an error for its errors, whatever its status says', () => {
    expect(messageOf({ ...CLEAN, errors: SAMPLE.errors }).attachments).toHaveLength(1);
    expect(messageOf({ ...SAMPLE, errors: [] })).not.toHaveProperty('attachments');
  });

  it('calls nobody, and links to nothing', () => {
    const words = wordsOf(withErrors([{ message: '<!channel> <@U1> <https://evil.example|here> a & b' }]));
    expect(words).toContain('&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.example|here&gt; a &amp; b');
    expect(messageOf(SAMPLE)).toMatchObject({ unfurl_links: false, unfurl_media: false });
  });

  it('keeps a value inside its code, whatever backticks it has', () => {
    expect(wordsOf({ ...CLEAN, data: { ...CLEAN.data, callId: 'a`*b*`' } })).toContain('`aˋ*b*ˋ`');
    expect(wordsOf(withErrors([{ message: '```*loud*' }]))).toContain('```ˋˋˋ*loud*```');
  });

  it('cuts a long message visibly, and a short one not', () => {
    expect(wordsOf(withErrors([{ message: 'm'.repeat(5_000) }]))).toContain(`mmm${CUT_MARK}\`\`\``);
    expect(wordsOf(withErrors([{ message: 'm'.repeat(900) }]))).toContain(`\`\`\`${'m'.repeat(900)}\`\`\``);
  });

  it('counts all errors, and says how many are left out', () => {
    const words = wordsOf(withErrors(Array.from({ length: 50 }, (_, index) => ({ code: `E${index}` }))));
    expect(words).toContain('*50 errors*');
    expect(words).toContain('`E9`');
    expect(words).not.toContain('`E10`');
    expect(words).toContain('… [cut] 40 more errors left out');
    expect(wordsOf(withErrors(Array.from({ length: 10 }, () => ({}))))).not.toContain('left out');
  });
});

describe('whatever event arrives, its message for Slack', () => {
  it('keeps every limit', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const message = messageOf(event);
        const blocks = blocksOf(message);
        expect(message.text.length).toBeLessThan(LIMIT.text);
        expect(blocks.length).toBeLessThanOrEqual(LIMIT.blocks);
        for (const { type, text, fields = [] } of blocks) {
          expect(text?.text.length ?? 1).toBeLessThanOrEqual(type === 'header' ? LIMIT.header : LIMIT.section);
          expect(fields.length).toBeLessThanOrEqual(LIMIT.fields);
          for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(LIMIT.field);
        }
        for (const { text } of textsOf(blocks)) expect(text.trim()).not.toBe('');
      }),
      { numRuns: 100 },
    );
  });

  it('has no control character of Slack, none of a terminal, and no code that ends before its value does', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const message = messageOf(event);
        const texts = textsOf(blocksOf(message));
        for (const text of [message.text, ...texts.map((one) => one.text)]) {
          expect(text).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
          expect(text).not.toMatch(/(?!\n|\t)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
          expect(text.isWellFormed()).toBe(true);
        }
        for (const { type, text, verbatim, emoji } of texts) {
          expect(type === 'mrkdwn' ? verbatim : emoji === false).toBe(true);
          if (type === 'mrkdwn') expect(outsideCode(text)).toMatch(/^[\w*:. ·-]*$/);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('counts its errors', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const count = event.errors.length;
        const title = messageOf(event).attachments?.[0]!.blocks[0]!.text!.text;
        expect(title).toBe(count === 0 ? undefined : count === 1 ? '*1 error*' : `*${count} errors*`);
      }),
      { numRuns: 100 },
    );
  });
});

/** What Slack would format: all of it must be ours. */
function outsideCode(text: string): string {
  return text
    .replace(/```[^`]*```/g, '')
    .replace(/`[^`\n]+`/g, '')
    .replaceAll('\n', ' ');
}
