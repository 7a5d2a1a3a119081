import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CUT_MARK, textOf, type CallEvent } from '#libs/contracts';
import { anyEvent, CLEAN, SAMPLE, withErrors } from './events.fixture.js';
import { emailContent } from './index.js';

/** Oracles: the contract's text, the size above which mail clients clip, and the markup that a clean email has. */
const LIMIT_BYTES = 100_000;

const htmlOf = (event: CallEvent): string => emailContent(event).html;
/** Names of the elements, in order. */
const tagsOf = (html: string): string[] => [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag);

describe('an email', () => {
  it('has the contract’s subject and text', () => {
    const { subject, text } = emailContent(SAMPLE);
    expect(subject).toBe('[Recho] Outbound call error');
    expect(text).toBe(textOf(SAMPLE));
  });

  it('says in HTML what happened, to which call, and when', () => {
    const html = htmlOf(CLEAN);
    for (const words of [
      'Outbound call pending',
      'abc-123',
      'PENDING',
      'CA0123',
      'client-1',
      '2026-05-12 10:24:00 UTC',
    ]) {
      expect(html).toContain(words);
    }
  });

  it('shows errors in red, with their stack traces; a clean email has none of it', () => {
    const html = htmlOf(withErrors([{ stacktrace: 'Error: x\n    at a (b.js:1:1)' }]));
    for (const words of ['1 error', 'NETWORK_ERROR', 'Connection lost', 'CONNECTING', 'OutboundCallAdapter.connect']) {
      expect(html).toContain(words);
    }
    expect(html).toContain('>Error: x\n    at a (b.js:1:1)</pre>');
    expect(html).toContain('border-top:4px solid #d92d20');
    expect(htmlOf(CLEAN)).not.toContain('#d92d20');
    expect(htmlOf(SAMPLE)).not.toContain('<pre');
  });

  it('shows markup as text', () => {
    const html = htmlOf(withErrors([{ message: `<img src=x onerror="alert('1')"> & </div>` }]));
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; &lt;/div&gt;');
  });

  it('cuts long messages and stack traces visibly, and short ones not', () => {
    const html = htmlOf(withErrors([{ message: 'm'.repeat(20_000), stacktrace: 's'.repeat(20_000) }]));
    expect(html).toContain(`m${CUT_MARK}</div>`);
    expect(html).toContain(`s${CUT_MARK}</pre>`);
    expect(htmlOf(withErrors([{ message: 'm'.repeat(5_000) }]))).toContain(`>${'m'.repeat(5_000)}</div>`);
  });

  it('leaves out the errors that do not fit, and says how many', () => {
    const html = htmlOf(withErrors(Array.from({ length: 500 }, () => ({}))));
    expect(html).toContain('>500 errors<');
    expect(html.slice(-600)).toMatch(/… \[cut\] \d{3} more errors left out/);
    expect(htmlOf(withErrors([{}, {}]))).not.toContain('left out');
  });
});

describe('whatever event arrives, its email', () => {
  it('is at most as large as mail clients show', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { text, html } = emailContent(event);
        expect(Buffer.byteLength(html)).toBeLessThanOrEqual(LIMIT_BYTES);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMIT_BYTES);
        expect(text === textOf(event) || text.endsWith(CUT_MARK)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('has no markup but ours, loads nothing, and is well-formed', () => {
    const ours = new Set(tagsOf(htmlOf(withErrors([{ stacktrace: 's' }]))).concat(tagsOf(htmlOf(CLEAN))));
    const notes = new Set(tagsOf(htmlOf(withErrors(Array.from({ length: 500 }, () => ({}))))));
    fc.assert(
      fc.property(anyEvent, (event) => {
        const html = htmlOf(event);
        for (const tag of tagsOf(html)) expect(ours.has(tag) || notes.has(tag)).toBe(true);
        expect(html.replace(/<[^>]*>/g, '')).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39|nbsp);)/);
        expect(html).not.toMatch(/(?!\n|\t)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
        expect(html.isWellFormed()).toBe(true);
      }),
      { numRuns: 100 },
    );
    for (const tag of [...ours, ...notes]) expect(tag).not.toMatch(/https?:|src=|href=|url\(/);
  });

  it('shows or counts each of its errors', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const html = htmlOf(event);
        const shown = html.split('<div class="error"').length - 1;
        expect(shown + Number(/ (\d+) more errors? left out/.exec(html)?.[1] ?? 0)).toBe(event.errors.length);
      }),
      { numRuns: 100 },
    );
  });
});
