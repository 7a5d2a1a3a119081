import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attemptRecord } from '#libs/testkit';
import type { PlacedRecord } from './read-records.js';
import { writeApart } from './write-apart.js';

/** A store that takes a batch whole or not at all, and refuses one that holds a bad record. */
function store(bad: ReadonlySet<number>) {
  const written: number[] = [];
  const dropped: number[] = [];
  let calls = 0;
  return {
    written,
    dropped,
    calls: () => calls,
    write: (records: readonly PlacedRecord[]) => {
      calls += 1;
      if (records.some(({ offset }) => bad.has(offset))) return Promise.reject(new Error('refused'));
      written.push(...records.map(({ offset }) => offset));
      return Promise.resolve();
    },
    isRefused: (error: unknown) => (error as Error).message === 'refused',
    drop: ({ offset }: PlacedRecord) => void dropped.push(offset),
  };
}

const records = (count: number): PlacedRecord[] =>
  Array.from({ length: count }, (_, offset) => ({ partition: 0, offset, record: attemptRecord() }));

describe('writing apart', () => {
  it('writes all in one go when nothing is refused', async () => {
    const whole = store(new Set());
    await writeApart(records(1000), whole);
    expect(whole.calls()).toBe(1);
  });

  it('drops exactly the bad ones and writes the others in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.uniqueArray(fc.nat(39)), async (count, bad) => {
        const partly = store(new Set(bad));
        await writeApart(records(count), partly);
        const offsets = Array.from({ length: count }, (_, offset) => offset);
        expect(partly.written).toEqual(offsets.filter((offset) => !bad.includes(offset)));
        expect(partly.dropped).toEqual(offsets.filter((offset) => bad.includes(offset)));
      }),
    );
  });

  it('finds one among a thousand in a few writes', async () => {
    const partly = store(new Set([777]));
    await writeApart(records(1000), partly);
    expect(partly.calls()).toBeLessThan(25);
  });

  it('drops nothing when it is nobody’s fault', async () => {
    const away = { ...store(new Set()), write: () => Promise.reject(new Error('Postgres is away')) };
    await expect(writeApart(records(10), away)).rejects.toThrow('Postgres is away');
    expect(away.dropped).toEqual([]);
  });
});
