import { cpuPerThousand, type Usage } from '../process-usage.js';
import { SHOWS, type ShowName } from '../options.js';
import { figuresOf, type BenchResult, type Round } from '../results.js';
import { isMet, type Figure } from '../shows/show.js';
import { median } from '../statistics.js';
import { sourceOf } from './main-plots.js';
import { numberText } from './svg.js';

/** The command as code, the rest as words. */
function sourceLine(result: BenchResult): string {
  const [command, rest] = sourceOf(result).split('\n');
  return `\`${command}\`, ${rest}:`;
}

/** One line of a table: what, its median and the runs, and what it should be. */
type Row = readonly [what: string, value: string, goal: string];

/** The tables of a result, by the name of the plot that stands beside them. */
export function tablesOf(result: BenchResult): Map<string, string[]> {
  const { rounds, options } = result;
  const sections: [string, readonly Row[]][] = [
    ['throughput', throughputRows(result)],
    ['cost', costRows(rounds, options.events)],
    ['latency', latencyRows(result)],
    ...SHOWS.map((show): [string, readonly Row[]] => [show, showRows(rounds, show)]),
  ];
  return new Map(
    sections
      .filter(([, rows]) => rows.length > 0)
      .map(([name, rows]) => [
        name,
        [...imageLines(name, rows), sourceLine(result), '', ...tableLines(['', 'median (runs)', 'goal'], rows)],
      ]),
  );
}

/** The plot, for what is drawn as well. */
function imageLines(name: string, [first]: readonly Row[]): string[] {
  return [`![${name}: ${first![0].trim()} and more](images/performance/${name}.svg)`, ''];
}

/** Puts each table where the page says `<!-- figures: NAME -->`, up to the next `<!-- end -->`. */
export function fillIn(page: string, tables: ReadonlyMap<string, readonly string[]>): string {
  return page.replaceAll(FIGURES, (whole: string, begin: string, name: string, end: string) => {
    const lines = tables.get(name);
    return lines === undefined ? whole : `${begin}\n\n${lines.join('\n')}\n\n${end}`;
  });
}

const FIGURES = /(<!-- figures: (\w+) -->)[\s\S]*?(<!-- end -->)/g;

function throughputRows({ rounds, goals }: BenchResult): Row[] {
  const rate = (what: string, name: 'loop' | 'a' | 'b'): Row[] => {
    const values = rounds.flatMap(({ [name]: run }) => run?.perSecond ?? []);
    const goal = name === 'a' ? goals.find((one) => one.what === '(a) whole system, deliveries/s') : undefined;
    return values.length === 0 ? [] : [[what, `${spread(values, 0)}/s`, goal === undefined ? '' : judged(goal)]];
  };
  if (!rounds.some(({ a, b }) => a ?? b)) return [];
  return [
    ...rate('bare loop', 'loop'),
    ...rate('(a) whole system', 'a'),
    ...rate('(b) delivery-custom alone', 'b'),
    ...goals
      .filter(({ what }) => what.endsWith('/ bare loop'))
      .map((goal): Row => [goal.what, numberText(goal.value, 2), judged(goal)]),
  ];
}

function costRows(rounds: readonly Round[], events: number): Row[] {
  const runs = rounds.flatMap(({ a }) => a ?? []);
  if (runs.length === 0) return [];
  const names = Object.keys(runs[0]!.usage);
  const of = (name: string, field: keyof Usage): number[] => runs.flatMap(({ usage }) => usage[name]?.[field] ?? []);
  const all = runs.map(({ usage }) => cpuPerThousand(usage, events));
  const bytes = (values: readonly number[]): string =>
    `${spread(
      values.map((value) => value / events),
      2,
    )} KB`;
  const written = runs.map(({ usage }) => Object.values(usage).reduce((sum, one) => sum + one.writtenBytes, 0));
  const goal = { atMost: 0.25 };
  return [
    ['CPU s per 1,000, all parts', spread(all, 3), goalText(median(all), goal)],
    ...names.map((name): Row => [
      `  ${name}`,
      spread(
        of(name, 'cpuSeconds').map((one) => (one * 1000) / events),
        3,
      ),
      '',
    ]),
    ['written to disk per 1,000, all parts', bytes(written), ''],
    ['Kafka’s log per 1,000', bytes(runs.map(({ logged }) => logged.kafkaLog)), ''],
    ['write-ahead log per 1,000', bytes(runs.map(({ logged }) => logged.wal)), ''],
    ...names.map((name): Row => {
      const [rest, peak] = [median(of(name, 'restMiB')), median(of(name, 'peakMiB'))];
      return [`${name}: memory at rest → at most`, `${rest.toFixed(0)} → ${peak.toFixed(0)} MiB`, ''];
    }),
  ];
}

function latencyRows({ rounds, goals }: BenchResult): Row[] {
  const pairs = rounds.flatMap(({ c }) => c ?? []);
  return [...new Set(pairs.map(({ rate }) => rate))].flatMap((rate) => {
    const atRate = pairs.filter((pair) => pair.rate === rate);
    return (['p50', 'p95', 'p99', 'p999'] as const).map((name): Row => {
      const [chain, system] = [atRate.map((pair) => pair.chain[name]), atRate.map((pair) => pair.system[name])];
      const goal = goals.find(({ what }) => what === `(c) ${rate}/s, ${name} / bare chain`);
      const ratio = goal === undefined ? '' : `, ${numberText(goal.value, 2)} ×`;
      const title = `${rate}/s, ${name === 'p999' ? 'p99.9' : name}: bare chain → whole system`;
      return [title, `${spread(chain, 1)} → ${spread(system, 1)} ms${ratio}`, goal === undefined ? '' : judged(goal)];
    });
  });
}

function showRows(rounds: readonly Round[], show: ShowName): Row[] {
  return figuresOf(rounds)
    .filter((figure) => figure.show === show)
    .map(({ what, values, digits, unit, goal }) => [
      what,
      `${spread(values, digits)}${unit === '' || /^[/ ]/.test(unit) ? unit : ` ${unit}`}`,
      goal === undefined ? '' : goalText(median(values), goal),
    ]);
}

function judged({ goal, met }: { readonly goal: string; readonly met: boolean }): string {
  return `${goal}: ${met ? 'met' : '**missed**'}`;
}

function goalText(value: number, goal: NonNullable<Figure['goal']>): string {
  const text = 'atLeast' in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`;
  return judged({ goal: text, met: isMet(value, goal) });
}

function spread(values: readonly number[], digits: number): string {
  const text = (value: number): string => numberText(value, digits);
  return values.length === 1 ? text(values[0]!) : `${text(median(values))} (${values.map(text).join(', ')})`;
}

/** As Prettier would have them. */
function tableLines(head: readonly string[], rows: readonly Row[]): string[] {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.trim()));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const [first, ...rest] = cells;
  return [line(first!), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest.map(line)];
}
