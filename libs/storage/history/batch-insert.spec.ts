import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { createDatabase } from '#libs/testkit';
import { arraysOf } from './batch-insert.js';
import { createHistoryPool } from './history-pool.js';

/* Arrays as a real PostgreSQL reads them. Oracle: what pg makes of the same values. */

let pool: Pool;
beforeAll(async () => {
  pool = createHistoryPool(await createDatabase(), { size: 1, applicationName: 'spec' });
});
afterAll(() => pool?.end());

const read = async (array: unknown, type = 'text'): Promise<unknown> =>
  (await pool.query<{ read: unknown }>(`SELECT $1::${type}[] AS read`, [array])).rows[0]?.read;
const written = (values: readonly unknown[]): string =>
  arraysOf([{ name: 'value', type: 'text', value: (row: unknown) => row }], values)[0]!;

describe('the values of a column', () => {
  it('are what they were, whatever text it is', async () => {
    const units = [...'a \\"\',{}\n\t\u0001\u2028é😀', '\ud800', 'NULL'];
    const texts = fc.array(fc.option(fc.string({ unit: fc.constantFrom(...units), maxLength: 12 })), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(texts, async (values) => {
        expect(await read(written(values))).toEqual(await read(values));
      }),
      { numRuns: 200 },
    );
    // JSON alone would not do.
    expect(await read(`{${JSON.stringify('a\nb')}}`)).toEqual(['anb']);
    expect(await read(written(['a\nb']))).toEqual(['a\nb']);
  });

  it('are numbers and nothing, too', async () => {
    const values = [0, -1, 1.5, 9_007_199_254_740_991, null, undefined];
    expect(await read(written(values), 'float8')).toEqual([...values.slice(0, 5), null]);
  });

  it('are refused where no column is for them', async () => {
    await expect(read(written([['a', 'b'], 'c']))).rejects.toMatchObject({ code: '22P02' });
    await expect(read(written([{ a: 1 }]), 'uuid')).rejects.toMatchObject({ code: '22P02' });
  });
});
