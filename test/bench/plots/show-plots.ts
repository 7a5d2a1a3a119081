import { barChart, type Bar } from './bars.js';
import type { Plot } from './draw.js';
import { showFigures } from './figures.js';
import { lineChart } from './lines.js';

/* One plot for each show. */

const DOTS = 'bars are medians, dots are runs';

type Figures = NonNullable<ReturnType<typeof showFigures>>;

/** Figures of a show side by side. @param bars each as label, name of the figure, kind. */
const sideBySide = (figures: Figures, bars: readonly (readonly [string, string, Bar['kind']])[]) => ({
  digits: 0,
  groups: [{ bars: bars.map(([label, what, kind]): Bar => ({ label, values: figures.of(what), kind })) }],
});

export const failingPlot: Plot = (result, source) => {
  const figures = showFigures(result, 'failing');
  if (figures === null) return null;
  return barChart({
    title: 'Deliveries per second while a fifth of the attempts fails',
    about: `Whole system; pairs delivered in the wrong order: ${Math.max(...figures.of('pairs delivered in the wrong order'))}; ${DOTS}`,
    source,
    ...sideBySide(figures, [
      ['none fails', 'none fails', 0],
      ['a fifth is answered 500', 'a fifth fails', 2],
    ]),
  });
};

export const signedPlot: Plot = (result, source) => {
  const figures = showFigures(result, 'signed');
  if (figures === null) return null;
  return barChart({
    title: 'Signed deliveries per second',
    about: `RSA 2048, a signature for each attempt; delivery-custom alone; ${DOTS}`,
    source,
    ...sideBySide(figures, [
      ['openssl speed rsa2048, one process', 'openssl speed rsa2048, one process', 1],
      ['openssl speed rsa2048, two processes', 'openssl speed rsa2048, two processes', 1],
      ['deliveries, signed', 'delivery-custom alone, signed', 0],
      ['deliveries, not signed', 'delivery-custom alone, not signed', 0],
    ]),
  });
};

export const contrastPlot: Plot = (result, source) => {
  const figures = showFigures(result, 'contrast');
  if (figures === null) return null;
  return barChart({
    title: 'Deliveries per second to an endpoint that takes 250 ms',
    about: `1,000 calls, 5 events each, six partitions; ${DOTS}`,
    source,
    ...sideBySide(figures, [
      ['in the order of partitions', 'in the order of partitions (six)', 1],
      ['in lanes, 64 attempts', 'in lanes, 64 attempts at an endpoint (the default)', 0],
      ['in lanes, 1,000 attempts', 'in lanes, 1,000 attempts at an endpoint', 0],
    ]),
  });
};

export const growthPlot: Plot = (result, source) => {
  const figures = showFigures(result, 'growth');
  if (figures === null) return null;
  const group = (label: string, what: string) => ({
    label,
    bars: figures
      .startingWith(`${what}, `)
      .filter(({ what: one }) => one.endsWith(' of each'))
      .map(({ what: one, values }): Bar => ({ label: one.slice(what.length + 2), values, kind: 0 })),
  });
  return barChart({
    title: 'Deliveries per second with more processes, two cores for everything',
    about: `Processes of router and delivery-custom; one recorder, one Kafka, one PostgreSQL; ${DOTS}`,
    source,
    digits: 0,
    groups: [
      group('The endpoint takes 200 ms: its time is the limit', 'endpoint takes 200 ms'),
      group('The endpoint takes no time: the two cores are the limit', 'endpoint takes no time'),
    ],
  });
};

export const nightmarePlot: Plot = (result, source) => {
  const figures = showFigures(result, 'nightmare');
  if (figures === null) return null;
  const phases = ['undisturbed', 'one in nightmare and hell', 'one hangs'];
  const bars = (name: string): Bar[] =>
    phases.map((phase, index) => ({
      label: phase,
      values: figures.of(`${phase}: nine others${name}`),
      kind: index === 0 ? 1 : 0,
    }));
  const violations = phases.flatMap((phase) => figures.of(`${phase}: order violations, of all ten`));
  return barChart({
    title: 'What nine endpoints notice of a tenth: milliseconds from produce to arrival',
    about: `${result.options.load.toLocaleString('en-US')} events a second at all ten together; order violations: ${Math.max(...violations)}; ${DOTS}`,
    source,
    digits: 1,
    groups: [
      { label: 'p50 of the nine', bars: bars(', p50') },
      { label: 'p99 of the nine', bars: bars(', p99') },
    ],
  });
};

export const memoryPlot: Plot = (result, source) => {
  const figures = showFigures(result, 'memory');
  if (figures === null) return null;
  const lines = ['router', 'delivery-custom', 'recorder'].map((label) => {
    const points = figures.startingWith(`${label}, after `).map(({ what, values }) => {
      const deliveries = Number(what.slice(`${label}, after `.length).replaceAll(',', ''));
      return [deliveries, values[0]!] as const;
    });
    return { label, points: [[0, figures.of(`${label}, at rest`)[0]!] as const, ...points] };
  });
  return lineChart({
    title: 'Resident memory of a service, in MiB, over its deliveries',
    about: 'Each point is the median of eight looks while the deliveries before it were made',
    source,
    digits: 0,
    lines,
  });
};

export const hopsPlot: Plot = (result, source) => {
  const figures = showFigures(result, 'hops');
  if (figures === null) return null;
  return barChart({
    title: 'CPU seconds per 1,000 deliveries, and what the way itself costs',
    about: `The same hops without order, retries, settings, log and traces; ${DOTS}`,
    source,
    ...sideBySide(figures, [
      ['the hops with nothing in them', 'with nothing in them, CPU s per 1,000', 1],
      ['(a) whole system', '(a) whole system, CPU s per 1,000', 0],
    ]),
    digits: 3,
  });
};
