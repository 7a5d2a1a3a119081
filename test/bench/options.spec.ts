import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './options.js';

const NOW = new Date('2026-11-24T20:15:10.123Z');
const options = (...args: string[]) => parseOptions(args, NOW);

describe('the options of npm run bench', () => {
  it('are those of the issue when none is given', () => {
    expect(options()).toEqual({
      only: ['loop', 'a', 'b', 'c', 'failing'],
      runs: 3,
      events: 20_000,
      activeCalls: 64,
      eventsPerCall: 5,
      rates: [100, 500, 1000],
      seconds: 20,
      load: 1000,
      traces: true,
      name: '2026-11-24T20-15-10',
    });
  });

  it('bring the bare loop with what is compared with it', () => {
    expect(options('--only', 'b')).toMatchObject({ only: ['loop', 'b'] });
    expect(options('--only', 't')).toMatchObject({ only: ['t'] });
    expect(options('--only', 'c')).toMatchObject({ only: ['c'] });
  });

  it('take words for letters', () => {
    expect(options('--only', 'latency,throughput,memory')).toMatchObject({ only: ['loop', 'a', 'b', 'c', 'memory'] });
    expect(options('--only', 'cost')).toMatchObject({ only: ['loop', 'a'] });
  });

  it('name the results to look at instead', () => {
    expect(options('--plot', 'a.json', 'b.json')).toEqual({ use: 'plot', files: ['a.json', 'b.json'] });
    expect(options('--plan', 'a.json')).toEqual({ use: 'plan', files: ['a.json'] });
  });

  it.each([
    [['--only', 'd'], '--only is "d": expected some of throughput,cost,latency,traces,failing,'],
    [['--rates', '100,x'], '--rates is "x": expected a whole number above 0'],
    [['--traces', 'some'], '--traces is "some": expected on or off'],
    [['--plot'], '--plot needs results'],
    [['throughput'], '"throughput" is no option'],
    [['--runs', '0'], '--runs is "0": expected a whole number above 0'],
    [['--events', '2e9x'], '--events is "2e9x": expected a whole number above 0'],
    [['--name', '../x'], '--name is "../x": expected a file name'],
  ])('say what is wrong with %j', (args, message) => {
    expect(() => options(...args)).toThrow(message);
  });
});
