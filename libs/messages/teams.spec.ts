import { describe, expect, it } from '@jest/globals';
import { AdaptiveCard, SerializationContext } from 'adaptivecards';
import fc from 'fast-check';
import { CUT_MARK, EVENT_CATALOGUE, textOf, type CallEvent } from '#libs/contracts';
import { GOLDEN_JOBS } from '../contracts/golden/jobs.js';
import { anyEvent, CLEAN, SAMPLE, withErrors } from './events.fixture.js';
import { teamsBody } from './index.js';

/** Oracles: Microsoft's own parser of cards, the 28 KB that Teams takes, and its envelope. */
const LIMIT_BYTES = 28 * 1024;

interface Element {
  readonly type: string;
  readonly text?: string;
  readonly style?: string;
  readonly [key: string]: unknown;
}
interface Card extends Element {
  readonly fallbackText: string;
  readonly body: Element[];
}

function cardOf(event: CallEvent): Card {
  const message = JSON.parse(teamsBody(event)) as { attachments: [{ content: Card }] };
  return message.attachments[0].content;
}

/** Every element, however deep. */
function elementsOf(value: unknown): Element[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(elementsOf);
  return 'type' in value ? [value as Element, ...inner] : inner;
}

const typed = (event: CallEvent, type: string): Element[] =>
  elementsOf(cardOf(event).body).filter((one) => one.type === type);
const textsIn = (elements: Element[]): string[] => elements.map(({ text }) => text!);
const runsOf = (event: CallEvent): string[] => textsIn(typed(event, 'TextRun'));
const blocksOf = (event: CallEvent): string[] => textsIn(typed(event, 'TextBlock'));

describe('a card for Teams', () => {
  it('comes in the envelope that Workflows and Incoming Webhooks take', () => {
    expect(JSON.parse(teamsBody(SAMPLE))).toMatchObject({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null }],
    });
    expect(cardOf(SAMPLE)).toMatchObject({ type: 'AdaptiveCard', version: '1.4', msteams: { width: 'Full' } });
  });

  it('says what happened, to which call, and when', () => {
    expect(blocksOf(CLEAN)[0]).toBe('Outbound call pending');
    expect(blocksOf(CLEAN).slice(1, 5)).toEqual(['Call', 'Status', 'Call SID', 'Client']);
    const time = '2026-05-12 10:24:00 UTC · OUTBOUND_CALL_PENDING';
    expect(runsOf(CLEAN)).toEqual(['abc-123', 'PENDING', 'CA0123', 'client-1', time]);
    expect(cardOf(CLEAN).fallbackText).toBe(textOf(CLEAN));
  });

  it('shows each error in a container for attention; a clean event has none', () => {
    const [error, ...others] = typed(SAMPLE, 'Container');
    expect(others).toEqual([]);
    expect(error!.style).toBe('attention');
    expect(runsOf(SAMPLE).slice(5)).toEqual([
      'NETWORK_ERROR',
      '  phase CONNECTING · at OutboundCallAdapter.connect · 10:23:45.000',
      'Connection lost',
    ]);
    expect(blocksOf(SAMPLE)).toContain('1 error');
    expect(typed(CLEAN, 'Container')).toEqual([]);
  });

  it('cuts a long message visibly, and a short one not', () => {
    expect(runsOf(withErrors([{ message: 'm'.repeat(5_000) }])).at(-1)).toMatch(/^m{980,}… \[cut\]$/);
    expect(runsOf(withErrors([{ message: 'm'.repeat(900) }])).at(-1)).toBe('m'.repeat(900));
  });

  it('counts all errors, and says how many are left out', () => {
    const event = withErrors(Array.from({ length: 500 }, (_, index) => ({ code: `E${index}` })));
    expect(typed(event, 'Container')).toHaveLength(10);
    expect(blocksOf(event)).toContain('500 errors');
    expect(blocksOf(event).at(-1)).toBe(`${CUT_MARK} 490 more errors left out`);
    expect(blocksOf(withErrors([{}, {}])).join()).not.toContain('left out');
  });

  it('has fewer errors when they are long, so that it stays under 28 KB', () => {
    const word = '東'.repeat(2_000);
    const long = { message: word, where: word, code: word, phase: word };
    const data = { callId: '東'.repeat(256), callStatus: '東'.repeat(1_024), callSid: '東'.repeat(1_024) };
    const event = withErrors(Array.from({ length: 10 }, () => long));
    const largest = { ...event, data: { ...event.data, ...data, clientId: data.callSid } };
    expect(Buffer.byteLength(teamsBody(largest))).toBeLessThan(LIMIT_BYTES);
    expect(typed(largest, 'Container').length).toBeGreaterThan(5);
    expect(typed(largest, 'Container').length).toBeLessThan(10);
  });

  it.each(EVENT_CATALOGUE.map(({ eventType }) => eventType))('of %s is a card to Microsoft’s parser', (eventType) => {
    expect(faultsOf(cardOf(GOLDEN_JOBS[eventType].event))).toEqual([]);
  });

  it('would be refused by that parser if it were none', () => {
    expect(faultsOf({ ...cardOf(CLEAN), body: [{ type: 'ColumnSet', columns: [{ type: 'Nothing' }] }] })).not.toEqual(
      [],
    );
    expect(faultsOf({ ...cardOf(CLEAN), body: [{ type: 'Container', style: 'loud', items: [] }] })).not.toEqual([]);
  });
});

describe('whatever event arrives, its card for Teams', () => {
  it('is under 28 KB', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(Buffer.byteLength(teamsBody(event))).toBeLessThan(LIMIT_BYTES);
      }),
      { numRuns: 100 },
    );
  });

  it('is a card to Microsoft’s parser', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(faultsOf(cardOf(event))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('has what comes from the event in text runs only, where nothing is Markdown', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        for (const text of blocksOf(event))
          expect(text).toMatch(/^[A-Za-z0-9 ]+$|^… \[cut\] \d+ more errors? left out$/u);
        for (const text of [...runsOf(event), cardOf(event).fallbackText]) {
          expect(text).not.toMatch(/(?!\n|\t)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
          expect(text).not.toBe('');
          expect(text.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('shows or counts each of its errors', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const shown = typed(event, 'Container').length;
        const note = blocksOf(event).find((text) => text.includes('left out'));
        expect(shown + Number(/ (\d+) more/.exec(note ?? '')?.[1] ?? 0)).toBe(event.errors.length);
      }),
      { numRuns: 100 },
    );
  });
});

/** What the parser and its check of properties complain of. */
function faultsOf(content: object): string[] {
  const card = new AdaptiveCard();
  const context = new SerializationContext();
  card.parse(content, context);
  const parsing = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
  return [...parsing, ...card.validateProperties().validationEvents.map(({ message }) => message)];
}
