import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './options.js';

const NOW = new Date('2026-11-24T20:15:10.123Z');
const options = (...args: string[]) => parseOptions(args, NOW);

describe('the options of npm run bench', () => {
  it('are those of the issue when none is given', () => {
    expect(options()).toEqual({
      only: ['loop', 'a', 'b', 'c'],
      runs: 3,
      events: 20_000,
      activeCalls: 64,
      eventsPerCall: 5,
      rate: 100,
      seconds: 30,
      name: '2026-11-24T20-15-10',
    });
  });

  it('bring the bare loop with what is compared with it', () => {
    expect(options('--only', 'b')).toMatchObject({ only: ['loop', 'b'] });
    expect(options('--only', 't')).toMatchObject({ only: ['t'] });
    expect(options('--only', 'c')).toMatchObject({ only: ['c'] });
  });

  it.each([
    [['--only', 'd'], '--only is "d": expected some of loop,a,b,c,t'],
    [['--runs', '0'], '--runs is "0": expected a whole number above 0'],
    [['--events', '2e9x'], '--events is "2e9x": expected a whole number above 0'],
    [['--name', '../x'], '--name is "../x": expected a file name'],
  ])('say what is wrong with %j', (args, message) => {
    expect(() => options(...args)).toThrow(message);
  });
});
