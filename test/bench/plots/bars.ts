import { median } from '../statistics.js';
import { line, numberText, page, rounded, text, ticksTo, WIDTH, type Caption } from './svg.js';

export interface Bar {
  readonly label: string;
  /** One a round: the bar is their median, each is a dot. */
  readonly values: readonly number[];
  /** 0: ours; 1: what it is compared with; 2: ours in trouble. */
  readonly kind: 0 | 1 | 2;
}

export interface BarChart extends Caption {
  readonly digits: number;
  readonly groups: readonly { readonly label?: string; readonly bars: readonly Bar[] }[];
  readonly goal?: { readonly value: number; readonly label: string };
}

const LEFT = 300;
const RIGHT = WIDTH - 90;
const BAR = 18;
const STEP = 26;
const GROUP_TITLE = 24;
const GROUP_GAP = 8;

/** Lying bars on one axis from 0. */
export function barChart(chart: BarChart): string {
  const { groups, digits, goal } = chart;
  const largest = Math.max(goal?.value ?? 0, ...groups.flatMap(({ bars }) => bars.flatMap(({ values }) => values)));
  const ticks = ticksTo(largest);
  const end = ticks.at(-1)!;
  const at = (value: number): number => LEFT + ((RIGHT - LEFT) * value) / end;
  const body: string[] = [];
  let y = 0;
  for (const { label, bars } of groups) {
    if (label !== undefined) {
      body.push(text(16, y + 16, label));
      y += GROUP_TITLE;
    }
    for (const bar of bars) {
      const value = median(bar.values);
      body.push(
        text(LEFT - 8, y + 14, bar.label, 'end'),
        `<rect x="${LEFT}" y="${y}" width="${rounded(at(value) - LEFT)}" height="${BAR}" class="k${bar.kind}"/>`,
        ...(bar.values.length > 1
          ? bar.values.map((one) => `<circle cx="${rounded(at(one))}" cy="${y + BAR / 2}" r="3" class="run"/>`)
          : []),
        text(at(Math.max(...bar.values)) + 8, y + 14, numberText(value, digits)),
      );
      y += STEP;
    }
    y += GROUP_GAP;
  }
  const tickDigits = ticks.every((tick) => Number.isInteger(tick)) ? 0 : Math.max(1, digits);
  const axis = ticks.flatMap((tick) => [
    line(at(tick), 0, at(tick), y, 'grid'),
    text(at(tick), y + 14, numberText(tick, tickDigits), 'small mid'),
  ]);
  const goalLine =
    goal === undefined
      ? []
      : [
          line(at(goal.value), -4, at(goal.value), y, 'goal'),
          text(at(goal.value) + 4, y + 28, goal.label, 'goal-text'),
        ];
  return page(chart, y + (goal === undefined ? 20 : 34), [...axis, ...body, ...goalLine]);
}
