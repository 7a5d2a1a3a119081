import type { ReactNode } from 'react';
import type { Status, Verdict } from '../api/history-types.js';
import styles from './status.module.css';

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'idle';

/** A word with a colour; the word alone says it all. */
export function Badge({
  tone,
  children,
  title,
}: {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly title?: string;
}) {
  return (
    <span className={`${styles['badge']} ${styles[tone]}`} title={title}>
      {children}
    </span>
  );
}

interface Look {
  readonly tone: Tone;
  readonly label: string;
  readonly meaning: string;
}

const STATUSES: Readonly<Record<Status, Look>> = {
  pending: { tone: 'info', label: 'Pending', meaning: 'Its first attempt is under way' },
  delivered: { tone: 'ok', label: 'Delivered', meaning: 'The endpoint answered with success' },
  retrying: { tone: 'warn', label: 'Retrying', meaning: 'An attempt failed; it is tried again later' },
  waiting: { tone: 'info', label: 'Waiting', meaning: 'Behind an earlier event of its call; costs no retry' },
  dead_lettered: { tone: 'bad', label: 'Dead letter', meaning: 'Given up; it can be sent again' },
  skipped: { tone: 'idle', label: 'Skipped', meaning: 'Not delivered, because the endpoint was disabled or is gone' },
};

export function StatusBadge({ status }: { readonly status: Status }) {
  const { tone, label, meaning } = STATUSES[status];
  return (
    <Badge tone={tone} title={meaning}>
      {label}
    </Badge>
  );
}

export function statusLabel(status: Status): string {
  return STATUSES[status].label;
}

const VERDICTS: Readonly<Record<Verdict, Look>> = {
  delivered: { tone: 'ok', label: 'Delivered', meaning: 'Answered with success' },
  retry: { tone: 'warn', label: 'Failed', meaning: 'Tried again later, while retries are left' },
  refused: { tone: 'bad', label: 'Refused', meaning: 'A final answer: not tried again' },
  abstained: { tone: 'idle', label: 'Not made', meaning: 'Our own fault or no room; it costs no retry' },
};

export function VerdictBadge({ verdict }: { readonly verdict: Verdict }) {
  const { tone, label, meaning } = VERDICTS[verdict];
  return (
    <Badge tone={tone} title={meaning}>
      {label}
    </Badge>
  );
}
