import { BarChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { Bar, BarChart as PlainChart } from 'recharts';
import { clockText, inWords, KINDS, type VolumeProps } from './volume.js';
import { withEmpty } from './stretches.js';
import styles from './volume.module.css';

const HEIGHT_PX = 220;
const SMALL = { width: 96, height: 26 } as const;

/** How much was received when, and what became of it. Its figures are in a table beside it, for whoever sees no bars. */
export function VolumeChart({ series, span, what }: VolumeProps) {
  const stretches = withEmpty(series, span);
  return (
    <div role="img" aria-label={`${what}: ${inWords(stretches)}`} className={styles['colors']}>
      <BarChart
        h={HEIGHT_PX}
        data={stretches.map((stretch) => ({ ...stretch, at: clockText(stretch.at) }))}
        dataKey="at"
        type="stacked"
        series={KINDS.map(({ key, label }) => ({ name: key, label, color: `var(--${key})` }))}
        withLegend
        legendProps={{ verticalAlign: 'bottom' }}
        valueFormatter={(value) => value.toLocaleString()}
        // Every line has its number.
        yAxisProps={{ allowDecimals: false, width: 52, interval: 0 }}
        xAxisProps={{ minTickGap: 24 }}
        barProps={{ isAnimationActive: false }}
        // A picture with a name: the keyboard has the table.
        barChartProps={{ accessibilityLayer: false, barCategoryGap: 1, margin: { top: 8 } }}
      />
    </div>
  );
}

/** The same in a row of a table: bars alone. There may be a hundred, so nothing is measured and nothing listens. */
export function SmallVolumeChart({ series, span, what }: VolumeProps) {
  const stretches = withEmpty(series, span);
  return (
    <div role="img" aria-label={`${what}: ${inWords(stretches)}`} className={styles['colors']}>
      <PlainChart {...SMALL} data={[...stretches]} accessibilityLayer={false} barCategoryGap={0} margin={NO_MARGIN}>
        {KINDS.map(({ key }) => (
          <Bar key={key} dataKey={key} stackId="all" fill={`var(--${key})`} isAnimationActive={false} />
        ))}
      </PlainChart>
    </div>
  );
}

const NO_MARGIN = { top: 0, right: 0, bottom: 0, left: 0 } as const;
