import { describe, expect, it } from '@jest/globals';
import { print } from '../harness/print.js';
import { holds, reportOf } from './report.js';
import { runChaos } from './run.js';

/** The short version of `npm run chaos`. Oracles: the rows of its table, which must all be as they have to. */

const OPTIONS = { minutes: 1, rate: 60, seed: 4 };

describe('while processes are killed, stopped, added and removed, and broker and database restart', () => {
  it('nothing is lost, reversed, repeated apart or retried early', async () => {
    const { minutes, rate, seed } = OPTIONS;
    print(`npm run chaos -- --minutes ${minutes} --rate ${rate} --seed ${seed}`);
    const course: string[] = [];
    const result = await runChaos(OPTIONS, (text) => course.push(`  ${text}`)).catch((error: unknown) => {
      print(...course);
      throw error;
    });
    if (!holds(result)) print(...course);
    print(...reportOf(result));
    expect(result.delivered).toBeGreaterThan(0);
    expect(result.dead).toBeGreaterThan(0);
    expect(holds(result)).toBe(true);
  }, 300_000);
});
