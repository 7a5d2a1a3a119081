import type { LatencyRun } from './latency.js';
import type { BenchResult, Round } from './results.js';
import { faultsOf } from './results.js';
import { median } from './statistics.js';
import type { ThroughputRun } from './throughput.js';

const TITLES = {
  loop: 'bare loop',
  a: '(a) whole system',
  b: '(b) delivery-custom alone',
  plain: '(t) whole system, untraced',
  traced: '(t) the same, traced',
} as const;

const THROUGHPUT = Object.keys(TITLES) as readonly (keyof typeof TITLES)[];

/** The result in lines for a person. */
export function tableOf(result: BenchResult): string[] {
  const { machine, rounds, goals, options } = result;
  const faults = faultsOf(rounds);
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}, commit ${result.commit}`,
    `load ${machine.load.map((load) => load.toFixed(1)).join(' to ')}; medians of ${options.runs} runs, each in parentheses`,
    '',
    ...throughputLines(rounds),
    ...latencyLines(rounds),
    ...usageLines(rounds, options.events),
    ...goals.map(
      ({ what, ratio, goal, met }) => `${pad(what)} ${ratio.toFixed(2)}   goal ${goal}: ${met ? 'met' : 'MISSED'}`,
    ),
    '',
    ...(faults.length === 0
      ? ['Every event arrived once, each call in its order.']
      : ['WRONG:', ...faults.map((fault) => `  ${fault}`)]),
  ];
}

function throughputLines(rounds: readonly Round[]): string[] {
  const lines = THROUGHPUT.flatMap((name) => {
    const runs = runsOf(rounds, name);
    if (runs.length === 0) return [];
    const rates = runs.map(({ perSecond }) => perSecond);
    const spans = runs.flatMap(({ spansPerEvent }) => spansPerEvent ?? []);
    const recorded = runs.flatMap(({ recordedAfterSeconds }) => recordedAfterSeconds ?? []);
    return [
      `${pad(TITLES[name])} ${spread(rates, 0)} deliveries/s`,
      ...(recorded.length === 0 ? [] : [`${pad('    all rows in the history')} after ${spread(recorded, 1)} s`]),
      ...(spans.length === 0 ? [] : [`${pad('    spans at the collector')} ${spread(spans, 2)} an event`]),
    ];
  });
  return lines.length === 0 ? [] : [...lines, ''];
}

function latencyLines(rounds: readonly Round[]): string[] {
  const line = (title: string, runs: readonly LatencyRun[]): string => {
    const of = (name: 'p50' | 'p99' | 'max'): string =>
      spread(
        runs.map((run) => run[name]),
        1,
      );
    return `${pad(title)} p50 ${of('p50')}   p99 ${of('p99')}   max ${of('max')} ms`;
  };
  const measured = rounds.flatMap(({ c }) => c ?? []);
  if (measured.length === 0) return [];
  return [
    line(
      'bare chain',
      measured.map(({ chain }) => chain),
    ),
    line(
      '(c) whole system',
      measured.map(({ system }) => system),
    ),
    '',
  ];
}

/** CPU and memory by process. */
function usageLines(rounds: readonly Round[], events: number): string[] {
  return THROUGHPUT.flatMap((name) => {
    const runs = runsOf(rounds, name);
    const processes = Object.keys(runs[0]?.usage ?? {});
    if (processes.length === 0) return [];
    const rows = processes.map((process) => {
      const usages = runs.flatMap(({ usage }) => usage[process] ?? []);
      const cpu = median(usages.map(({ cpuSeconds }) => (cpuSeconds * 1000) / events));
      const memory = median(usages.map(({ peakMiB }) => peakMiB));
      return `    ${process.padEnd(26)} ${cpu.toFixed(3)} CPU s per 1,000   ${memory.toFixed(0).padStart(5)} MiB at most`;
    });
    return [TITLES[name], ...rows, ''];
  });
}

function runsOf(rounds: readonly Round[], name: keyof typeof TITLES): ThroughputRun[] {
  return rounds.flatMap(({ t, ...round }) => (name === 'plain' || name === 'traced' ? t?.[name] : round[name]) ?? []);
}

function spread(values: readonly number[], digits: number): string {
  const text = (value: number): string =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${text(median(values))} (${values.map(text).join(', ')})`;
}

function pad(text: string): string {
  return text.padEnd(30);
}
