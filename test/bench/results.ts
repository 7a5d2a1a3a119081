import type { LatencyPair } from './latency.js';
import type { BenchOptions, ShowName } from './options.js';
import { cpuPerThousand } from './process-usage.js';
import { isMet, type Figure, type ShowRun } from './shows/show.js';
import { median } from './statistics.js';
import type { ThroughputRun } from './throughput.js';

/** One round: everything that was asked for, once. */
export interface Round {
  readonly loop?: ThroughputRun;
  readonly a?: ThroughputRun;
  readonly b?: ThroughputRun;
  readonly c?: readonly LatencyPair[];
  readonly t?: { readonly plain: ThroughputRun; readonly traced: ThroughputRun };
  readonly shows?: Readonly<Partial<Record<ShowName, ShowRun>>>;
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
  /** What was typed to measure it again. */
  readonly command: string;
  readonly machine: Machine;
  readonly options: BenchOptions;
  readonly goals: readonly Goal[];
  readonly rounds: readonly Round[];
}

/** What was measured, and what it should be. */
export interface Goal {
  readonly what: string;
  /** The median of the rounds'. */
  readonly value: number;
  readonly goal: string;
  readonly met: boolean;
}

/** Shares of the bare loop's throughput. */
const LEAST = { a: 0.3, b: 0.6 } as const;
/** Deliveries a second of the whole system. */
const LEAST_PER_SECOND = 10_000;
/** CPU seconds of all parts for 1,000 deliveries. */
const MOST_CPU = 0.25;
/** Multiples of the bare chain's latency. */
const MOST = 1.3;

/** Of all rounds together. @param events that (a) and (b) delivered. */
export function goalsOf(rounds: readonly Round[], events: number): Goal[] {
  const goals: Goal[] = [];
  const add = (what: string, values: readonly number[], goal: NonNullable<Figure['goal']>): void => {
    if (values.length === 0) return;
    const value = median(values);
    const text = 'atLeast' in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`;
    goals.push({ what, value, goal: text, met: isMet(value, goal) });
  };
  const share = (name: 'a' | 'b'): number[] =>
    rounds.flatMap(({ [name]: run, loop }) => (run && loop ? [run.perSecond / loop.perSecond] : []));
  const systems = rounds.flatMap(({ a }) => a ?? []);
  add(
    '(a) whole system, deliveries/s',
    systems.map(({ perSecond }) => perSecond),
    { atLeast: LEAST_PER_SECOND },
  );
  add('(a) whole system / bare loop', share('a'), { atLeast: LEAST.a });
  add('(b) delivery alone / bare loop', share('b'), { atLeast: LEAST.b });
  add(
    '(a) CPU s per 1,000, all parts',
    systems.map(({ usage }) => cpuPerThousand(usage, events)),
    { atMost: MOST_CPU },
  );
  const pairs = rounds.flatMap(({ c }) => c ?? []);
  for (const rate of new Set(pairs.map((pair) => pair.rate))) {
    const atRate = pairs.filter((pair) => pair.rate === rate);
    for (const name of ['p50', 'p99'] as const) {
      add(
        `(c) ${rate}/s, ${name} / bare chain`,
        atRate.map(({ system, chain }) => system[name] / chain[name]),
        { atMost: MOST },
      );
    }
  }
  for (const { show, what, goal, values } of figuresOf(rounds)) if (goal) add(`${show}: ${what}`, values, goal);
  return goals;
}

export interface FigureOfRounds extends Omit<Figure, 'value'> {
  readonly show: ShowName;
  /** One a round. */
  readonly values: readonly number[];
}

/** The shows' figures, each once, in the order in which they were first told. */
export function figuresOf(rounds: readonly Round[]): FigureOfRounds[] {
  const found = new Map<string, FigureOfRounds & { values: number[] }>();
  for (const { shows = {} } of rounds) {
    for (const [show, run] of Object.entries(shows) as [ShowName, ShowRun][]) {
      for (const { value, ...rest } of run.figures) {
        const key = `${show}: ${rest.what}`;
        const before = found.get(key);
        if (before === undefined) found.set(key, { ...rest, show, values: [value] });
        else before.values.push(value);
      }
    }
  }
  return [...found.values()];
}

/** Everything that arrived wrongly, with where it was seen. */
export function faultsOf(rounds: readonly Round[]): string[] {
  return rounds.flatMap(({ loop, a, b, c = [], t, shows = {} }, index) => {
    const runs: [string, { readonly faults: readonly string[] } | undefined][] = [
      ...Object.entries({ loop, a, b, plain: t?.plain, traced: t?.traced }),
      ...c.flatMap(({ rate, chain, system }): typeof runs => [
        [`chain at ${rate}/s`, chain],
        [`system at ${rate}/s`, system],
      ]),
      ...Object.entries(shows),
    ];
    return runs.flatMap(([name, run]) => (run?.faults ?? []).map((fault) => `round ${index + 1}, ${name}: ${fault}`));
  });
}
