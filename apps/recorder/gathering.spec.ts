import { describe, expect, it } from '@jest/globals';
import { Gathering } from './gathering.js';

/* Oracle: what each write was given, and whose promises it settled. A write lasts until the spec ends it. */

function gathering(fit: (items: readonly string[]) => number = (items) => items.length) {
  const writes: { readonly items: readonly string[]; end(error?: Error): void }[] = [];
  const told: string[] = [];
  let begun = (): void => undefined;
  const gathered = new Gathering<string>({
    fit,
    write: (items) =>
      new Promise((resolve, reject) => {
        writes.push({ items, end: (error) => (error === undefined ? resolve() : reject(error)) });
        begun();
      }),
  });
  return {
    writes,
    told,
    /** Resolves when all of them are told. */
    add: (...items: string[]) =>
      Promise.all(
        items.map((item) =>
          gathered.add(item).then(
            () => told.push(`${item} written`),
            (error: Error) => told.push(`${item}: ${error.message}`),
          ),
        ),
      ),
    write: async (number: number) => {
      while (writes.length < number) await new Promise<void>((resolve) => (begun = resolve));
      return writes[number - 1]!;
    },
  };
}

describe('what is handed in at the same time', () => {
  it('is written together, in its order', async () => {
    const { add, write, told, writes } = gathering();
    const all = add('a', 'b', 'c');
    (await write(1)).end();
    await all;
    expect(writes.map(({ items }) => items)).toEqual([['a', 'b', 'c']]);
    expect(told).toEqual(['a written', 'b written', 'c written']);
  });

  it('is written apart where it does not fit, one after the other', async () => {
    const { add, write, writes } = gathering(() => 2);
    const all = add('a', 'b', 'c');
    const first = await write(1);
    expect(writes).toHaveLength(1);
    first.end();
    (await write(2)).end();
    await all;
    expect(writes.map(({ items }) => items)).toEqual([['a', 'b'], ['c']]);
  });
});

describe('what is handed in while a write is under way', () => {
  it('waits for its end, and is written together with what waited too', async () => {
    const { add, write, told, writes } = gathering();
    const first = add('a');
    const under = await write(1);
    const later = Promise.all([add('b'), add('c')]);
    under.end();
    await first;
    expect(told).toEqual(['a written']);
    (await write(2)).end();
    await later;
    expect(writes.map(({ items }) => items)).toEqual([['a'], ['b', 'c']]);
  });

  it('is written though that one failed, whose failure is told to those in it alone', async () => {
    const { add, write, told } = gathering();
    const first = add('a', 'b');
    const under = await write(1);
    const later = add('c');
    under.end(new Error('away'));
    await first;
    (await write(2)).end();
    await later;
    expect(told).toEqual(['a: away', 'b: away', 'c written']);
  });
});
