import { Text, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './group-cards.module.css';

interface GroupCardsProps {
  /** What is grouped. */
  readonly label: string;
  readonly children: ReactNode;
}

/** Counts side by side, each a filter of the list below. */
export function GroupCards({ label, children }: GroupCardsProps) {
  return (
    <ul className={styles['cards']} aria-label={label}>
      {children}
    </ul>
  );
}

interface GroupCardProps {
  readonly count: number;
  readonly title: string;
  readonly cause: ReactNode;
  readonly when: ReactNode;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly action?: ReactNode;
}

export function GroupCard({ count, title, cause, when, isChosen, onChoose, action }: GroupCardProps) {
  return (
    <li className={`card ${styles['card']}`} data-chosen={isChosen}>
      <UnstyledButton className={styles['choose']} onClick={onChoose} aria-pressed={isChosen}>
        <span className={styles['count']}>{count.toLocaleString()}</span>
        <span className={styles['text']}>
          <Text component="span" fw={550} truncate display="block" title={title}>
            {title}
          </Text>
          <Text component="span" size="xs" c="dimmed" truncate display="block">
            {cause}
          </Text>
          <Text component="span" size="xs" c="dimmed" display="block">
            {when}
          </Text>
        </span>
      </UnstyledButton>
      {action}
    </li>
  );
}
