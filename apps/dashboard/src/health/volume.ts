import type { Stretch } from '../api/health.js';
import { momentText } from '../ui/time.js';
import { totalOf, type Span } from './stretches.js';

export interface VolumeProps {
  readonly series: readonly Stretch[];
  readonly span: Span;
  /** As in `Deliveries of CRM`. */
  readonly what: string;
}

/** From the foot of a bar to its top. */
export const KINDS = [
  { key: 'delivered', label: 'Delivered' },
  { key: 'deadLettered', label: 'Dead letters' },
  { key: 'other', label: 'Still open or skipped' },
] as const;

export function inWords(stretches: readonly Stretch[]): string {
  const sum = stretches.reduce((total, one) => total + totalOf(one), 0);
  const most = Math.max(...stretches.map(totalOf));
  return `${sum.toLocaleString()} in all, at most ${most.toLocaleString()} at a time`;
}

/** Without seconds, which no stretch begins with. */
export function clockText(at: string): string {
  return momentText(new Date(at), new Date()).replace(/:\d\d$/, '');
}
