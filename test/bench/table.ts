import type { LatencyRun } from './latency.js';
import { SHOWS } from './options.js';
import { cpuPerThousand, type Usage } from './process-usage.js';
import type { BenchResult, Round } from './results.js';
import { faultsOf, figuresOf } from './results.js';
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
    `load ${machine.load.map((load) => load.toFixed(1)).join(' to ')}; medians of ${options.runs} runs, each in parentheses; traces ${options.traces ? 'to a collector' : 'off'}`,
    '',
    ...throughputLines(rounds),
    ...latencyLines(rounds),
    ...usageLines(rounds, options.events),
    ...showLines(rounds),
    ...goals.map(
      ({ what, value, goal, met }) =>
        `${what.padEnd(60)} ${numberText(value, 2).padStart(10)}   goal ${goal}: ${met ? 'met' : 'MISSED'}`,
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

const LATENCIES = { p50: 'p50', p95: 'p95', p99: 'p99', p999: 'p99.9', max: 'max' } as const;

function latencyLines(rounds: readonly Round[]): string[] {
  const pairs = rounds.flatMap(({ c }) => c ?? []);
  const line = (title: string, runs: readonly LatencyRun[]): string => {
    const figures = (Object.keys(LATENCIES) as (keyof typeof LATENCIES)[]).map((name) => {
      const values = runs.map((run) => run[name]);
      return `${LATENCIES[name]} ${spread(values, 1)}`;
    });
    return `${pad(title)} ${figures.join('   ')} ms`;
  };
  const lines = [...new Set(pairs.map(({ rate }) => rate))].flatMap((rate) => {
    const atRate = pairs.filter((pair) => pair.rate === rate);
    return [
      line(
        `${rate}/s, bare chain`,
        atRate.map(({ chain }) => chain),
      ),
      line(
        `${rate}/s, (c) whole system`,
        atRate.map(({ system }) => system),
      ),
    ];
  });
  return lines.length === 0 ? [] : [...lines, ''];
}

/** CPU, memory and bytes by process. */
function usageLines(rounds: readonly Round[], events: number): string[] {
  return THROUGHPUT.flatMap((name) => {
    const runs = runsOf(rounds, name);
    const processes = Object.keys(runs[0]?.usage ?? {});
    if (processes.length === 0) return [];
    const row = (title: string, of: (field: keyof Usage) => number[], cpu: number): string =>
      [
        `    ${title.padEnd(26)} ${cpu.toFixed(3)} CPU s`,
        `${numberText(median(of('writtenBytes')) / events, 2).padStart(9)} KB to disk per 1,000`,
        `${median(of('restMiB')).toFixed(0).padStart(5)} MiB at rest`,
        `${median(of('peakMiB')).toFixed(0).padStart(5)} at most`,
      ].join('  ');
    const rows = processes.map((process) => {
      const of = (field: keyof Usage): number[] => runs.flatMap(({ usage }) => usage[process]?.[field] ?? []);
      return row(process, of, (median(of('cpuSeconds')) * 1000) / events);
    });
    const sums = (field: keyof Usage): number[] =>
      runs.map(({ usage }) => Object.values(usage).reduce((sum, one) => sum + one[field], 0));
    const all = row('all parts', sums, median(runs.map(({ usage }) => cpuPerThousand(usage, events))));
    const [log, wal] = (['kafkaLog', 'wal'] as const).map((store) => median(runs.map(({ logged }) => logged[store])));
    const stores = `    ${numberText(log! / events, 2)} KB of Kafka's log and ${numberText(wal! / events, 2)} KB of write-ahead log per 1,000`;
    return [TITLES[name], ...rows, all, stores, ''];
  });
}

function showLines(rounds: readonly Round[]): string[] {
  const figures = figuresOf(rounds);
  return SHOWS.flatMap((show) => {
    const own = figures.filter((one) => one.show === show);
    if (own.length === 0) return [];
    return [
      show,
      ...own.map(
        ({ what, values, digits, unit }) =>
          `    ${what.padEnd(60)} ${spread(values, digits)}${unit === '' || unit.startsWith('/') ? unit : ` ${unit}`}`,
      ),
      '',
    ];
  });
}

function runsOf(rounds: readonly Round[], name: keyof typeof TITLES): ThroughputRun[] {
  return rounds.flatMap(({ t, ...round }) => (name === 'plain' || name === 'traced' ? t?.[name] : round[name]) ?? []);
}

function spread(values: readonly number[], digits: number): string {
  const text = (value: number): string => numberText(value, digits);
  return values.length === 1 ? text(values[0]!) : `${text(median(values))} (${values.map(text).join(', ')})`;
}

function numberText(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function pad(text: string): string {
  return text.padEnd(30);
}
