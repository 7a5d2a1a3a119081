import { describe, expect, it } from '@jest/globals';
import type { BenchResult } from '../results.js';
import { barChart } from './bars.js';
import { plotsOf } from './draw.js';
import { fillIn } from './markdown.js';
import { ticksTo } from './svg.js';

const CAPTION = { title: 'A & B', about: 'about', source: 'source' };
const bar = (label: string, ...values: number[]) => ({ label, values, kind: 0 as const });
const widths = (svg: string): number[] =>
  [...svg.matchAll(/<rect x="300".* width="([\d.]+)"/g)].map(([, w]) => Number(w));

describe('a plot', () => {
  it('has bars that are as long as what they stand for: the axis begins at 0 and is cut nowhere', () => {
    const svg = barChart({ ...CAPTION, digits: 0, groups: [{ bars: [bar('one', 1000), bar('three', 3000)] }] });
    const [one, three] = widths(svg);
    expect(three! / one!).toBeCloseTo(3, 2);
    expect(svg).toContain('>0</text>');
  });

  it('shows the median, and each run as a dot', () => {
    const svg = barChart({ ...CAPTION, digits: 0, groups: [{ bars: [bar('runs', 1, 2, 9)] }] });
    expect(svg).toContain('>2</text>');
    expect(svg.match(/<circle/g)).toHaveLength(3);
  });

  it('is text that XML can hold, for light and for dark', () => {
    const svg = barChart({ ...CAPTION, digits: 0, groups: [{ bars: [bar('<b>', 1)] }] });
    expect(svg).toContain('<title>A &amp; B</title>');
    expect(svg).toContain('&lt;b&gt;');
    expect(svg).toContain('prefers-color-scheme: dark');
  });

  it('has ticks from 0 to what covers the largest value', () => {
    expect(ticksTo(10)).toEqual([0, 2.5, 5, 7.5, 10]);
    expect(ticksTo(0.31)).toEqual([0, 0.1, 0.2, 0.30000000000000004, 0.4]);
  });
});

it('what was not measured is not drawn; of two results the last that has it counts', () => {
  const run = (perSecond: number) => ({
    perSecond,
    seconds: 1,
    usage: {},
    faults: [],
    logged: { kafkaLog: 0, wal: 0 },
  });
  const result = (rounds: BenchResult['rounds']) =>
    ({
      rounds,
      commit: 'abc',
      command: 'npm run bench --',
      startedAt: '2026-12-01T00:00:00.000Z',
      machine: { cpu: 'CPU', cores: 2, load: [0, 0] },
      options: { only: ['a'], runs: 1, events: 1, activeCalls: 1 },
    }) as unknown as BenchResult;
  const plots = plotsOf([result([{ loop: run(2000), a: run(1000) }]), result([{ a: run(1234) }]), result([])]);
  expect([...plots.keys()]).toEqual(['throughput', 'cost']);
  expect(plots.get('throughput')).toContain('>1,234</text>');
});

it('tables go where the page asks for them; what was not measured stays as it is', () => {
  const page = 'a\n<!-- figures: cost -->\nold\n<!-- end -->\nb\n<!-- figures: memory -->\nkept\n<!-- end -->\n';
  expect(fillIn(page, new Map([['cost', ['new']]]))).toBe(
    'a\n<!-- figures: cost -->\n\nnew\n\n<!-- end -->\nb\n<!-- figures: memory -->\nkept\n<!-- end -->\n',
  );
});
