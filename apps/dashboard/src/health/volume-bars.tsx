import type { Stretch } from '../api/health.js';
import { momentText } from '../ui/time.js';
import { totalOf, withEmpty, type Span } from './stretches.js';
import styles from './volume-bars.module.css';

interface VolumeBarsProps {
  readonly series: readonly Stretch[];
  readonly span: Span;
  /** As in `Deliveries of CRM`. */
  readonly what: string;
  /** Without axes and words, in a row of a table. */
  readonly isSmall?: boolean;
}

const KINDS = [
  { key: 'other', label: 'still open or skipped' },
  { key: 'deadLettered', label: 'dead letters' },
  { key: 'delivered', label: 'delivered' },
] as const;

/** How much was received when, and what became of it. */
export function VolumeBars({ series, span, what, isSmall = false }: VolumeBarsProps) {
  const stretches = withEmpty(series, span);
  const most = Math.max(1, ...stretches.map(totalOf));
  const bars = (
    <div className={styles['bars']} data-small={isSmall} role="img" aria-label={`${what}: ${inWords(stretches)}`}>
      {stretches.map((stretch) => (
        <div key={stretch.at} className={styles['bar']} title={titleOf(stretch)}>
          {KINDS.map(({ key }) => (
            <div key={key} data-kind={key} style={{ height: `${(100 * stretch[key]) / most}%` }} />
          ))}
        </div>
      ))}
    </div>
  );
  if (isSmall) return bars;
  return (
    <div className={styles['chart']}>
      <span className={styles['most']}>{most.toLocaleString()}</span>
      {bars}
      <div className={styles['times']}>
        <span>{clock(span.from)}</span>
        <span>{clock(new Date((Date.parse(span.from) + Date.parse(span.to)) / 2).toISOString())}</span>
        <span>now</span>
      </div>
      <ul className={styles['legend']}>
        {KINDS.toReversed().map(({ key, label }) => (
          <li key={key} data-kind={key}>
            {label}
          </li>
        ))}
      </ul>
    </div>
  );
}

function titleOf(stretch: Stretch): string {
  const counts = KINDS.toReversed().filter(({ key }) => stretch[key] > 0);
  const words = counts.map(({ key, label }) => `${stretch[key].toLocaleString()} ${label}`);
  return `${clock(stretch.at)}: ${words.join(', ') || 'nothing'}`;
}

function inWords(stretches: readonly Stretch[]): string {
  const sum = stretches.reduce((total, one) => total + totalOf(one), 0);
  const most = Math.max(...stretches.map(totalOf));
  return `${sum.toLocaleString()} in all, at most ${most.toLocaleString()} at a time`;
}

/** Without seconds, which no stretch begins with. */
function clock(at: string): string {
  return momentText(new Date(at), new Date()).replace(/:\d\d$/, '');
}
