import { describe, expect, it } from '@jest/globals';
import { faultsOf, goalsOf, type Round } from './results.js';
import { median, percentile } from './statistics.js';

const throughput = (perSecond: number, faults: string[] = []) => ({ perSecond, seconds: 1, usage: {}, faults });
const latency = (p50: number, p99: number) => ({ p50, p99, max: p99, faults: [] });

describe('the goals', () => {
  it('are judged by the median of the ratios, each to the loop or the chain of its own round', () => {
    const rounds: Round[] = [
      { loop: throughput(10_000), a: throughput(1_200), b: throughput(3_000) },
      { loop: throughput(20_000), a: throughput(2_000), b: throughput(8_000) },
      { loop: throughput(40_000), a: throughput(8_000), b: throughput(10_000) },
    ];
    expect(goalsOf(rounds)).toEqual([
      { what: '(a) whole system / bare loop', ratio: 0.12, goal: '>= 0.12', met: true },
      { what: '(b) delivery alone / bare loop', ratio: 0.3, goal: '>= 0.35', met: false },
    ]);
  });

  it('hold latency under twice the chain', () => {
    const rounds: Round[] = [{ c: { chain: latency(2, 8), system: latency(4, 17) } }];
    expect(goalsOf(rounds).map(({ met }) => met)).toEqual([true, false]);
  });
});

describe('the figures', () => {
  it('name the round and the measurement of what arrived wrongly', () => {
    const rounds: Round[] = [{ loop: throughput(1) }, { b: throughput(1, ['1 events never arrived']) }];
    expect(faultsOf(rounds)).toEqual(['round 2, b: 1 events never arrived']);
  });

  it('are medians and nearest ranks', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile(hundred, 1)]).toEqual([50, 99, 100]);
  });
});
