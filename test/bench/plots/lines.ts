import { line, numberText, page, rounded, text, ticksTo, WIDTH, type Caption } from './svg.js';

export interface LineChart extends Caption {
  readonly digits: number;
  readonly lines: readonly { readonly label: string; readonly points: readonly (readonly [number, number])[] }[];
}

const LEFT = 70;
const RIGHT = WIDTH - 150;
const HEIGHT = 240;

/** Lines over two axes that both begin at 0. */
export function lineChart(chart: LineChart): string {
  const points = chart.lines.flatMap((one) => one.points);
  const across = ticksTo(Math.max(...points.map(([x]) => x)));
  const up = ticksTo(Math.max(...points.map(([, y]) => y)));
  const atX = (x: number): number => LEFT + ((RIGHT - LEFT) * x) / across.at(-1)!;
  const atY = (y: number): number => HEIGHT - (HEIGHT * y) / up.at(-1)!;
  const axes = [
    ...up.flatMap((tick) => [
      line(LEFT, atY(tick), RIGHT, atY(tick), 'grid'),
      text(LEFT - 8, atY(tick) + 4, numberText(tick, chart.digits), 'small end'),
    ]),
    ...across.map((tick) => text(atX(tick), HEIGHT + 18, numberText(tick, 0), 'small mid')),
  ];
  const labelAt = apart(chart.lines.map(({ points: own }) => atY(own.at(-1)![1])));
  const drawn = chart.lines.flatMap(({ label, points: own }, index) => {
    const [lastX, lastY] = own.at(-1)!;
    const path = own.map(([x, y]) => `${rounded(atX(x))},${rounded(atY(y))}`).join(' ');
    return [
      `<polyline points="${path}" class="l${index % 3}" fill="none" stroke-width="2"/>`,
      text(atX(lastX) + 8, labelAt[index]! + 4, `${label} ${numberText(lastY, chart.digits)}`),
    ];
  });
  return page(chart, HEIGHT + 26, [...axes, ...drawn]);
}

/** Heights of labels, moved down where two would cover each other. */
function apart(heights: readonly number[]): number[] {
  const moved = [...heights];
  const order = heights.map((_, index) => index).sort((a, b) => heights[a]! - heights[b]!);
  for (const [place, index] of order.entries()) {
    const above = order[place - 1];
    if (above !== undefined) moved[index] = Math.max(moved[index]!, moved[above]! + LABEL_HEIGHT);
  }
  return moved;
}

const LABEL_HEIGHT = 16;
