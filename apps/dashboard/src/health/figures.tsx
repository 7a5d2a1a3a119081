import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Figures, Percentiles } from '../api/health.js';
import { durationText } from '../ui/duration.js';
import { Badge, type Tone } from '../ui/status.js';
import styles from './figures.module.css';

/** Below that somebody should look. */
const WELL = 0.99;
const BADLY = 0.9;

/** `99.4 %`; never rounded up to a hundred that it is not. */
export function percentText(share: number): string {
  const percent = Math.floor(share * 1000) / 10;
  return `${percent} %`;
}

export function SuccessRate({ rate }: { readonly rate: number | null }) {
  if (rate === null) return <Text component="span">–</Text>;
  const tone: Tone = rate >= WELL ? 'ok' : rate >= BADLY ? 'warn' : 'bad';
  return (
    <Badge tone={tone} title="Delivered, of what was delivered or given up">
      {percentText(rate)}
    </Badge>
  );
}

/** Whether what was delivered came in each call's order. */
export function OrderBadge({ figures: { violations, deliveries } }: { readonly figures: Figures }) {
  const text = `${violations.toLocaleString()} of ${deliveries.delivered.toLocaleString()}`;
  return violations === 0 ? (
    <Badge
      tone={deliveries.delivered === 0 ? 'idle' : 'ok'}
      title="Deliveries that came out of their call's order, of all that were delivered"
    >
      {text}
    </Badge>
  ) : (
    <Badge tone="bad" title="Something is wrong here: each call's events should arrive in order. Tell the operator.">
      {text}
    </Badge>
  );
}

/** `p50 · p95 · p99` */
export function Latency({ of }: { readonly of: Percentiles | null }) {
  if (of === null) return <Text component="span">–</Text>;
  return (
    <span className={styles['latency']}>
      {[of.p50, of.p95, of.p99].map((ms, index) => (
        <span key={index}>{durationText(ms)}</span>
      ))}
    </span>
  );
}

/** Figures side by side. */
export function Tiles({ children }: { readonly children: ReactNode }) {
  return <dl className={styles['tiles']}>{children}</dl>;
}

interface TileProps {
  readonly name: string;
  /** What it is made of. */
  readonly note: ReactNode;
  readonly children: ReactNode;
}

export function Tile({ name, note, children }: TileProps) {
  return (
    <div className={`card ${styles['tile']}`}>
      <dt>{name}</dt>
      <dd className={styles['value']}>{children}</dd>
      <dd className={styles['note']}>{note}</dd>
    </div>
  );
}
