import { cpuPerThousand } from '../process-usage.js';
import type { BenchResult } from '../results.js';
import { barChart, type Bar } from './bars.js';
import type { Plot } from './draw.js';

/* Throughput, cost and latency: the measures with letters. */

export const throughputPlot: Plot = ({ rounds, options }, source) => {
  const rates = (name: 'loop' | 'a' | 'b'): number[] => rounds.flatMap(({ [name]: run }) => run?.perSecond ?? []);
  const bars: readonly Bar[] = [
    { label: 'bare loop: no order, no history', values: rates('loop'), kind: 1 },
    { label: 'delivery-custom alone', values: rates('b'), kind: 0 },
    { label: 'whole system', values: rates('a'), kind: 0 },
  ];
  const measured = bars.filter(({ values }) => values.length > 0);
  if (rates('a').length === 0) return null;
  return barChart({
    title: 'Deliveries per second, two cores for everything',
    about: `${options.events.toLocaleString('en-US')} events of 600 bytes, ${options.activeCalls} calls at a time, one endpoint; bars are medians, dots are runs`,
    source,
    digits: 0,
    groups: [{ bars: measured }],
  });
};

export const costPlot: Plot = ({ rounds, options }, source) => {
  const runs = rounds.flatMap(({ a }) => a ?? []);
  if (runs.length === 0) return null;
  const names = Object.keys(runs[0]!.usage);
  const part = (name: string): Bar => ({
    label: name,
    values: runs.map(({ usage }) => (usage[name]!.cpuSeconds * 1000) / options.events),
    kind: 0,
  });
  const all: Bar = {
    label: 'all parts',
    values: runs.map(({ usage }) => cpuPerThousand(usage, options.events)),
    kind: 0,
  };
  return barChart({
    title: 'CPU seconds for 1,000 deliveries',
    about: 'Whole system, every process on the machine that takes part; bars are medians, dots are runs',
    source,
    digits: 3,
    groups: [{ bars: [all] }, { label: 'Of these', bars: names.map(part) }],
    goal: { value: 0.25, label: 'goal: 0.25' },
  });
};

export const latencyPlot: Plot = ({ rounds, options }, source) => {
  const pairs = rounds.flatMap(({ c }) => c ?? []);
  if (pairs.length === 0) return null;
  const rates = [...new Set(pairs.map(({ rate }) => rate))];
  return barChart({
    title: 'Milliseconds from produce to arrival',
    about: `A bare chain (consume, produce, consume, POST) and the whole system, ${options.seconds} s at each rate; bars are medians, dots are runs`,
    source,
    digits: 1,
    groups: rates.map((rate) => {
      const atRate = pairs.filter((pair) => pair.rate === rate);
      const bars = (['p50', 'p99'] as const).flatMap((name): Bar[] => [
        { label: `${name}, bare chain`, values: atRate.map(({ chain }) => chain[name]), kind: 1 },
        { label: `${name}, whole system`, values: atRate.map(({ system }) => system[name]), kind: 0 },
      ]);
      return { label: `${rate.toLocaleString('en-US')} events a second`, bars };
    }),
  });
};

/** The command, and commit, machine and load: two lines that stand beside every figure. */
export function sourceOf({ machine, commit, command, startedAt }: BenchResult): string {
  const load = machine.load.map((one) => one.toFixed(1)).join(' to ');
  return `${command}\ncommit ${commit}, ${startedAt.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, load ${load}`;
}
