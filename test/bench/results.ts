import type { LatencyRun } from './latency.js';
import type { BenchOptions } from './options.js';
import { median } from './statistics.js';
import type { ThroughputRun } from './throughput.js';

/** One round: everything that was asked for, once. */
export interface Round {
  readonly loop?: ThroughputRun;
  readonly a?: ThroughputRun;
  readonly b?: ThroughputRun;
  readonly c?: { readonly chain: LatencyRun; readonly system: LatencyRun };
  readonly t?: { readonly plain: ThroughputRun; readonly traced: ThroughputRun };
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** One minute's, at the start and at the end: others' work on the same machine shows here. */
  readonly load: readonly [number, number];
}

export interface BenchResult {
  readonly startedAt: string;
  /** Of the sources, with a mark when files differ from it. */
  readonly commit: string;
  readonly machine: Machine;
  readonly options: BenchOptions;
  readonly goals: readonly Goal[];
  readonly rounds: readonly Round[];
}

/** A ratio to the bare loop or the bare chain of the same round, and what it should be. */
export interface Goal {
  readonly what: string;
  /** The median of the rounds'. */
  readonly ratio: number;
  readonly goal: string;
  readonly met: boolean;
}

/** Shares of the bare loop's throughput. */
const LEAST = { a: 0.12, b: 0.35 } as const;
/** Multiples of the bare chain's latency. */
const MOST = 2;

export function goalsOf(rounds: readonly Round[]): Goal[] {
  const goals: Goal[] = [];
  const add = (what: string, ratios: readonly number[], bound: number, atLeast: boolean): void => {
    if (ratios.length === 0) return;
    const ratio = median(ratios);
    goals.push({
      what,
      ratio,
      goal: `${atLeast ? '>=' : '<='} ${bound}`,
      met: atLeast ? ratio >= bound : ratio <= bound,
    });
  };
  const share = (name: 'a' | 'b'): number[] =>
    rounds.flatMap(({ [name]: run, loop }) => (run && loop ? [run.perSecond / loop.perSecond] : []));
  const times = (name: 'p50' | 'p99'): number[] =>
    rounds.flatMap(({ c }) => (c ? [c.system[name] / c.chain[name]] : []));
  add('(a) whole system / bare loop', share('a'), LEAST.a, true);
  add('(b) delivery alone / bare loop', share('b'), LEAST.b, true);
  add('(c) p50 / bare chain', times('p50'), MOST, false);
  add('(c) p99 / bare chain', times('p99'), MOST, false);
  return goals;
}

/** Everything that arrived wrongly, with where it was seen. */
export function faultsOf(rounds: readonly Round[]): string[] {
  return rounds.flatMap(({ loop, a, b, c, t }, index) => {
    const runs = { loop, a, b, chain: c?.chain, system: c?.system, plain: t?.plain, traced: t?.traced };
    return Object.entries(runs).flatMap(([name, run]) =>
      (run?.faults ?? []).map((fault) => `round ${index + 1}, ${name}: ${fault}`),
    );
  });
}
