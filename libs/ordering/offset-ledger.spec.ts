import fc from 'fast-check';
import { LEDGER_WINDOW, OffsetLedger } from './offset-ledger.js';
import type { Mark } from './source-mark.js';

const mark = (offset: number, ordinal = 0, epoch = 'e1'): Mark => ({ epoch, offset, ordinal });
const reborn = (ledger: OffsetLedger): OffsetLedger => {
  const { offset, metadata } = ledger.progress();
  return new OffsetLedger(offset, metadata);
};

describe('the offset ledger', () => {
  it('commits up to the oldest unfinished record, whatever finished above it', () => {
    const ledger = new OffsetLedger(10, '');
    for (let offset = 10; offset < 15; offset++) ledger.track(offset, null);
    ledger.finish(11);
    ledger.finish(13);
    expect(ledger.progress().offset).toBe(10);
    ledger.finish(10);
    expect(ledger.progress().offset).toBe(12);
  });

  it('does not attempt a finished job again after a restart, and attempts the unfinished ones', () => {
    const ledger = new OffsetLedger(10, '');
    for (let offset = 10; offset < 15; offset++) ledger.track(offset, mark(offset));
    ledger.finish(11);
    ledger.finish(13);
    const next = reborn(ledger);
    expect([10, 11, 12, 13, 14].map((offset) => next.track(offset, mark(offset)))).toEqual([
      'fresh',
      'finished',
      'fresh',
      'finished',
      'fresh',
    ]);
  });

  it('commits the mark at the commit point, so that an unfinished job below the highest mark is no repeat', () => {
    const ledger = new OffsetLedger(0, '');
    ledger.track(0, mark(100));
    ledger.track(1, mark(101));
    ledger.finish(1);
    expect(reborn(ledger).track(0, mark(100))).toBe('fresh');
  });

  it('recognises a replayed router batch, also across a restart', () => {
    const ledger = new OffsetLedger(0, '');
    ledger.track(0, mark(100));
    ledger.track(1, mark(100, 1));
    expect(ledger.track(2, mark(100))).toBe('repeat');
    ledger.finish(0);
    ledger.finish(1);
    const next = reborn(ledger);
    expect(next.progress().offset).toBe(3);
    expect(next.track(3, mark(100, 1))).toBe('repeat');
    expect(next.track(4, mark(101))).toBe('fresh');
  });

  it('takes a lower mark of another epoch for news: the source topic was made anew', () => {
    const ledger = new OffsetLedger(0, '');
    ledger.track(0, mark(100));
    expect(ledger.track(1, mark(3, 0, 'e2'))).toBe('fresh');
  });

  it('passes gaps of any size', () => {
    const ledger = new OffsetLedger(5, '');
    ledger.track(5, null);
    ledger.track(9, null);
    ledger.finish(9);
    ledger.finish(5);
    expect(ledger.progress().offset).toBe(10);
    expect(ledger.isBeyondWindow(10 * LEDGER_WINDOW)).toBe(false);
    expect(ledger.track(10 * LEDGER_WINDOW + 3, null)).toBe('fresh');
    expect(ledger.progress()).toEqual({ offset: 10 * LEDGER_WINDOW + 3, metadata: '1;;' });
  });

  it('keeps its metadata within the 4,096 bytes that a broker allows, at the widest window', () => {
    const ledger = new OffsetLedger(3, '');
    const epoch = '0d5f3b6e-93c2-4b5e-9d8c-6c1f6f6a2f10';
    ledger.track(3, null);
    let offset = 4;
    for (; !ledger.isBeyondWindow(offset); offset++) {
      ledger.track(offset, { epoch, offset: Number.MAX_SAFE_INTEGER - LEDGER_WINDOW + offset, ordinal: 99_999 });
      if (offset % 2 === 0) ledger.finish(offset);
    }
    expect(() => ledger.track(offset, null)).toThrow('beyond the window');
    expect(ledger.progress().metadata.length).toBeLessThanOrEqual(4096);
  });

  it('refuses metadata that it did not write, instead of guessing', () => {
    expect(() => new OffsetLedger(0, 'something else')).toThrow('reset the consumer group');
  });

  it('agrees with a plain set of finished offsets over any history of reads, finishes and restarts', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ op: fc.constant('read' as const), gap: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constant('read' as const), gap: fc.nat(3 * LEDGER_WINDOW) }) },
      { weight: 6, arbitrary: fc.record({ op: fc.constant('finish' as const), pick: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constant('restart' as const) }) },
    );
    fc.assert(
      fc.property(fc.nat(40), fc.array(step, { maxLength: 120 }), (start, steps) => {
        let ledger = new OffsetLedger(start, '');
        const log: number[] = []; // every offset that exists and was read
        const finished = new Set<number>();
        for (const one of steps) {
          const open = log.filter((offset) => !finished.has(offset));
          if (one.op === 'read') {
            const offset = (log.at(-1) ?? start - 1) + 1 + one.gap;
            if (ledger.isBeyondWindow(offset)) continue;
            expect(ledger.track(offset, mark(offset))).toBe('fresh');
            log.push(offset);
          } else if (one.op === 'finish' && open.length > 0) {
            const offset = open[one.pick % open.length]!;
            ledger.finish(offset);
            finished.add(offset);
          } else if (one.op === 'restart') {
            ledger = reborn(ledger);
            const { offset: from } = ledger.progress();
            expect(log.filter((offset) => offset < from && !finished.has(offset))).toEqual([]);
            for (const offset of log.filter((read) => read >= from)) {
              expect(ledger.track(offset, mark(offset))).toBe(finished.has(offset) ? 'finished' : 'fresh');
            }
          }
          const oldest = log.find((offset) => !finished.has(offset));
          if (oldest !== undefined) expect(ledger.progress().offset).toBeLessThanOrEqual(oldest);
          expect(ledger.unfinished).toBe(log.filter((offset) => !finished.has(offset)).length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
