import { useEffect, useRef, type CSSProperties, type ReactNode } from 'react';
import { useWindow } from './use-window.js';
import styles from './virtual-rows.module.css';

interface VirtualRowsProps<Row> {
  /** What the list is. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Names of the columns; they share `columns` with the rows. */
  readonly head: readonly string[];
  /** CSS grid-template-columns. */
  readonly columns: string;
  /** In pixels, of every row. */
  readonly rowHeight: number;
  readonly renderRow: (row: Row) => ReactNode;
  /** Called when the end comes into view. */
  readonly onEnd?: () => void;
  readonly foot?: ReactNode;
  /** False: the first row is in view. */
  readonly onScrolled?: (isScrolled: boolean) => void;
}

/** A heading, filters and margins around it: it is as high as its rows, and no higher than what is left of the window. */
const AROUND_PX = 194;
const HEAD_PX = 38;
const FOOT_PX = 44;
/** Rows before the end at which more is asked for. */
const NEAR_END = 30;

/** A table of any length: only the rows in view are drawn. */
export function VirtualRows<Row>(props: VirtualRowsProps<Row>) {
  const { label, rows, keyOf, head, columns, rowHeight, renderRow, onEnd, foot, onScrolled } = props;
  const box = useRef<HTMLDivElement>(null);
  const { start, end } = useWindow(box, rows.length, rowHeight);
  const isNearEnd = end >= rows.length - NEAR_END;
  useEffect(() => {
    if (isNearEnd) onEnd?.();
  }, [isNearEnd, onEnd]);
  const height = rows.length * rowHeight;

  return (
    <div
      ref={box}
      className={`card ${styles['box']}`}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      tabIndex={0}
      onScroll={(event) => onScrolled?.(event.currentTarget.scrollTop > rowHeight)}
      style={{
        ...({ '--columns': columns, '--row-height': `${rowHeight}px` } as CSSProperties),
        height: `min(${height + HEAD_PX + (foot ? FOOT_PX : 0)}px, calc(100dvh - ${AROUND_PX}px))`,
      }}
    >
      <div className={styles['head']} role="rowgroup">
        <div className={styles['headRow']} role="row" aria-rowindex={1}>
          {head.map((name) => (
            <span key={name} role="columnheader">
              {name}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" className={styles['body']} style={{ height }}>
        {rows.slice(start, end).map((row, index) => (
          <div
            key={keyOf(row)}
            role="row"
            aria-rowindex={start + index + 2}
            className={styles['row']}
            style={{ transform: `translateY(${(start + index) * rowHeight}px)` }}
          >
            {renderRow(row)}
          </div>
        ))}
      </div>
      {foot}
    </div>
  );
}
