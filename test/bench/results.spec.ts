import { describe, expect, it } from '@jest/globals';
import { faultsOf, goalsOf, type Round } from './results.js';
import { figure } from './shows/show.js';
import { median, percentile } from './statistics.js';

const throughput = (perSecond: number, faults: string[] = []) => ({
  perSecond,
  seconds: 1,
  usage: {},
  faults,
  logged: { kafkaLog: 0, wal: 0 },
});
const latency = (p50: number, p99: number) => ({ p50, p95: p50, p99, p999: p99, max: p99, faults: [] });

const shown = (value: number, ...faults: string[]): Round => ({
  shows: { signed: { figures: [figure('ratio', value, '', 2, { atMost: 2 })], faults } },
});

describe('the goals', () => {
  it('of a show are judged by the median of its rounds', () => {
    expect(goalsOf([shown(1), shown(9), shown(2)], 1)).toEqual([
      { what: 'signed: ratio', value: 2, goal: '<= 2', met: true },
    ]);
  });

  it('are judged by the median of the ratios, each to the loop or the chain of its own round', () => {
    const rounds: Round[] = [
      { loop: throughput(10_000), a: throughput(3_000), b: throughput(3_000) },
      { loop: throughput(20_000), a: throughput(2_000), b: throughput(8_000) },
      { loop: throughput(40_000), a: throughput(24_000), b: throughput(18_000) },
    ];
    expect(goalsOf(rounds, 1000)).toEqual([
      { what: '(a) whole system, deliveries/s', value: 3000, goal: '>= 10000', met: false },
      { what: '(a) whole system / bare loop', value: 0.3, goal: '>= 0.3', met: true },
      { what: '(b) delivery alone / bare loop', value: 0.4, goal: '>= 0.6', met: false },
      { what: '(a) CPU s per 1,000, all parts', value: 0, goal: '<= 0.25', met: true },
    ]);
  });

  it('hold latency to the chain at the same rate', () => {
    const rounds: Round[] = [
      {
        c: [
          { rate: 100, chain: latency(10, 20), system: latency(13, 27) },
          { rate: 500, chain: latency(10, 20), system: latency(14, 26) },
        ],
      },
    ];
    expect(goalsOf(rounds, 1).map(({ what, met }) => [what, met])).toEqual([
      ['(c) 100/s, p50 / bare chain', true],
      ['(c) 100/s, p99 / bare chain', false],
      ['(c) 500/s, p50 / bare chain', false],
      ['(c) 500/s, p99 / bare chain', true],
    ]);
  });
});

describe('the figures', () => {
  it('name the round and the measurement of what arrived wrongly', () => {
    const rounds: Round[] = [
      { loop: throughput(1) },
      { b: throughput(1, ['1 events never arrived']) },
      shown(1, 'lost'),
    ];
    expect(faultsOf(rounds)).toEqual(['round 2, b: 1 events never arrived', 'round 3, signed: lost']);
  });

  it('are medians and nearest ranks', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile(hundred, 1)]).toEqual([50, 99, 100]);
  });
});
