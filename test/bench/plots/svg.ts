/** Readable on light and on dark pages: colours follow the reader's scheme; where nobody says, it is a light card. */
const STYLE = `
  .paper { fill: #ffffff; } text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; } .small { font-size: 11px; fill: #59636e; } .end { text-anchor: end; } .mid { text-anchor: middle; }
  .grid { stroke: #d1d9e0; } .goal { stroke: #b35900; stroke-dasharray: 4 3; } .goal-text { font-size: 11px; fill: #b35900; }
  .k0 { fill: #1f6feb; stroke: #1f6feb; } .k1 { fill: #7d8590; stroke: #7d8590; } .k2 { fill: #bf5700; stroke: #bf5700; }
  .l0 { stroke: #1f6feb; } .l1 { stroke: #7d8590; } .l2 { stroke: #bf5700; } .run { fill: #1f2328; stroke: #ffffff; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; } text { fill: #e6edf3; } .small { fill: #9198a1; } .grid { stroke: #3d444d; }
    .goal { stroke: #f0a35e; } .goal-text { fill: #f0a35e; } .run { fill: #e6edf3; stroke: #0d1117; }
    .k0 { fill: #58a6ff; stroke: #58a6ff; } .k1 { fill: #848d97; stroke: #848d97; } .k2 { fill: #ffa657; stroke: #ffa657; }
    .l0 { stroke: #58a6ff; } .l1 { stroke: #848d97; } .l2 { stroke: #ffa657; }
  }`;

export const WIDTH = 760;

/** What stands above and below each plot. */
export interface Caption {
  readonly title: string;
  /** What the axis counts, and from what it was drawn. */
  readonly about: string;
  /** Command, commit and machine, in two lines. */
  readonly source: string;
}

/** A whole file. @param height of the body, which begins at 0 and is moved below the title. */
export function page({ title, about, source }: Caption, height: number, body: readonly string[]): string {
  const whole = height + TOP + BOTTOM;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${whole}" width="${WIDTH}" height="${whole}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${WIDTH}" height="${whole}" rx="6"/>`,
    text(16, 28, title, 'title'),
    text(16, 48, about, 'small'),
    `<g transform="translate(0 ${TOP})">`,
    ...body,
    '</g>',
    ...source.split('\n').map((words, index) => text(16, height + TOP + 22 + index * 15, words, 'small')),
    '</svg>',
    '',
  ].join('\n');
}

const TOP = 64;
const BOTTOM = 49;

export function text(x: number, y: number, words: string, kind = ''): string {
  return `<text x="${rounded(x)}" y="${rounded(y)}"${kind === '' ? '' : ` class="${kind}"`}>${escaped(words)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line x1="${rounded(x1)}" y1="${rounded(y1)}" x2="${rounded(x2)}" y2="${rounded(y2)}" class="${kind}"/>`;
}

export function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A tenth of a pixel is enough, and keeps a changed plot's diff short. */
export function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function numberText(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** From 0, always: three to six round steps up to what covers the largest value. */
export function ticksTo(largest: number): number[] {
  const rough = largest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough)!;
  return Array.from({ length: Math.ceil(largest / step - 1e-9) + 1 }, (_, index) => index * step);
}
