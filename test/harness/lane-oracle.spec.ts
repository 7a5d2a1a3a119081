import { describe, expect, it } from '@jest/globals';
import type { End, Exchange } from './exchange.js';
import { judgeLanes, type LaneFaults, type LaneVerdict } from './lane-oracle.js';

const TERMS = { ladder: [300, 600, 1000], timeoutMs: 2000 };
const EMITTED = new Map([['x', ['x/1', 'x/2', 'x/3']]]);
const ENDS: Readonly<Record<string, End | null>> = {
  d: 'delivered',
  r: 'refused',
  f: 'failed',
  c: 'cut',
  o: null,
};

/** One 10 s after the other, each open for 10 ms: `1.2f` is the second attempt of event 1, failed. */
function exchanges(text: string): Exchange[] {
  return text.split(' ').map((one, index) => {
    const [, event, attempt = '1', end = ''] = /^(\d)(?:\.(\d))?([drfco])$/.exec(one)!;
    const arrivedAt = index * 10_000;
    return {
      endpoint: 0,
      callId: 'x',
      eventId: `x/${event}`,
      deliveryId: `delivery-${event}`,
      attempt: Number(attempt),
      arrivedAt,
      endedAt: end === 'o' ? null : arrivedAt + 10,
      end: ENDS[end]!,
      retryAfter: null,
    };
  });
}

const judge = (seen: readonly Exchange[], endpoints = 1): LaneVerdict => judgeLanes(EMITTED, endpoints, seen, TERMS);

/** The faults that there are. */
function faults(verdict: LaneVerdict): Partial<LaneFaults> {
  return Object.fromEntries(Object.entries(verdict.faults).filter(([, cases]: [string, string[]]) => cases.length > 0));
}

const SEVEN_FAILURES = Array.from({ length: 7 }, (_, index) => `2.${index + 1}f`).join(' ');

describe('the oracle of a lane finds no fault in', () => {
  it.each([
    ['events taken in their order', '1d 2d 3d', { delivered: 3, dead: 0 }],
    ['a refused event and its successor', '1d 2r 3d', { delivered: 2, dead: 1 }],
    ['retries, however they failed, and followers behind them', '1f 1.2c 1.3d 2d 3d', { delivered: 3, dead: 0 }],
    ['an event that used up its attempts', `1d ${SEVEN_FAILURES} 3d`, { delivered: 2, dead: 1 }],
  ])('%s', (_, text, counts) => {
    const verdict = judge(exchanges(text));
    expect(faults(verdict)).toEqual({});
    expect(verdict).toMatchObject({ ...counts, lanes: 1, deliveries: 3, adjacentRepeats: 0 });
  });

  it.each([
    ['an attempt that was cut by its process and made again', '1c 1d 2d 3d'],
    ['an answer that nobody read any more', '1d 1d 2d 3d'],
    ['a failure that was not noted before the crash', '1f 1.2f 1.2d 2d 3d'],
    ['an answer that was lost, and a failure where it was asked for again', '1d 1f 1.2d 2d 3d'],
  ])('%s; the repeat is counted', (_, text) => {
    const verdict = judge(exchanges(text));
    expect(faults(verdict)).toEqual({});
    expect(verdict.adjacentRepeats).toBe(1);
  });
});

describe('attempts that the sender counted and the receiver never read', () => {
  it.each([
    ['1.2d 2d 3d', 1],
    ['1f 1.4d 2d 3d', 2],
  ])('are counted: %s', (text, unseen) => {
    const verdict = judge(exchanges(text));
    expect(faults(verdict)).toEqual({});
    expect(verdict.unseen).toBe(unseen);
  });

  it('may be the last of an event, if the history says that it used up its attempts', () => {
    const seen = exchanges('1f 1.2f 2d 3d');
    const verdict = judgeLanes(EMITTED, 1, seen, { ...TERMS, usedUp: new Set(['delivery-1']) });
    expect(faults(verdict)).toEqual({});
    expect(verdict).toMatchObject({ delivered: 2, dead: 1 });
    expect(faults(judge(seen)).overtaking).toHaveLength(1);
  });
});

describe('the oracle of a lane finds', () => {
  it('what is lost, at each endpoint', () => {
    expect(faults(judge(exchanges('1d 2d')))).toEqual({ lost: ['x/3 at endpoint 0'] });
    expect(faults(judge(exchanges('1d 2d 3d'), 2)).lost).toEqual([1, 2, 3].map((n) => `x/${n} at endpoint 1`));
  });

  it.each([
    ['failed', 'f'],
    ['cut', 'c'],
    ['open', 'o'],
  ])('what was left behind %s', (words, letter) => {
    expect(faults(judge(exchanges(`1d 2d 3${letter}`)))).toEqual({
      unfinished: [`attempt 1 of x/3 at endpoint 0 was ${words} at last`],
    });
  });

  it('what is reversed', () => {
    expect(faults(judge(exchanges('1d 3d 2d')))).toEqual({
      reversed: ['attempt 1 of x/2 at endpoint 0 after x/3'],
      overtaking: ['attempt 1 of x/3 at endpoint 0, whose predecessor had not arrived'],
    });
  });

  it('a repeat behind a later event', () => {
    expect(faults(judge(exchanges('1d 2d 1d 3d')))).toEqual({
      nonAdjacent: ['attempt 1 of x/1 at endpoint 0 after x/2'],
    });
  });

  it.each([
    ['failed and has retries left', 'failed', '1f 2d'],
    ['was cut', 'cut', '1c 2d'],
  ])('an event that came though its predecessor %s', (_, end, text) => {
    expect(faults(judge(exchanges(`${text} 3d`))).overtaking).toEqual([
      `attempt 1 of x/2 at endpoint 0, whose predecessor was ${end} still`,
    ]);
  });

  it('two requests at a time, also of one event', () => {
    for (const text of ['1d 2d 3d', '1c 1d 2d 3d']) {
      const seen = exchanges(text);
      seen[0]!.endedAt = seen[1]!.arrivedAt + 150;
      expect(faults(judge(seen)).overlapping).toHaveLength(1);
    }
  });

  it('none of that when the second came as the sender cut the first, which is seen a little later', () => {
    const seen = exchanges('1c 1d 2d 3d');
    seen[0]!.endedAt = seen[1]!.arrivedAt + 50;
    expect(faults(judge(seen))).toEqual({});
  });

  it('a retry that came early', () => {
    const seen = exchanges('1f 1.2d 2d 3d');
    seen[0]!.endedAt = seen[1]!.arrivedAt - 290;
    expect(faults(judge(seen))).toEqual({ early: ['attempt 2 of x/1 at endpoint 0, 10 ms before its time'] });
    seen[0]!.endedAt = seen[1]!.arrivedAt - 310;
    const verdict = judge(seen);
    expect(faults(verdict)).toEqual({});
    expect(verdict.retryLateness).toEqual([10]);
  });

  it.each(['1f 1.2f 1d 2d 3d', '1f 1.2f 1.3f 1.4f 1.5f 1.6f 1.7f 1.8d 2d 3d'])(
    'an attempt out of number: %s',
    (text) => {
      expect(faults(judge(exchanges(text)))).toEqual({ misnumbered: [expect.stringContaining('x/1 at endpoint 0')] });
    },
  );

  it('a retry under another delivery id', () => {
    const seen = exchanges('1f 1.2d 2d 3d').map((one, index) => (index === 0 ? { ...one, deliveryId: 'other' } : one));
    expect(faults(judge(seen)).misnumbered).toEqual([
      'attempt 2 of x/1 at endpoint 0 (delivery delivery-1) after attempt 1 of delivery other',
    ]);
  });
});
