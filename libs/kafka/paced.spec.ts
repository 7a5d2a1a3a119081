import { describe, expect, it } from '@jest/globals';
import { paced } from './paced.js';

describe('what is paced', () => {
  it('begins at once when it is seldom, and waits for the rest of the time when it is not, each by itself', async () => {
    let now = 1000;
    const waits: number[] = [];
    const next = paced(
      5,
      () => now,
      (ms) => Promise.resolve(void (waits.push(ms), (now += ms))),
    );
    await next('a');
    await next('b');
    now += 2;
    await next('a');
    now += 5;
    await next('a');
    expect(waits).toEqual([3]);
  });
});
