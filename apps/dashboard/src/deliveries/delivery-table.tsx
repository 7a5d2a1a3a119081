import { Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Delivery } from '../api/history-types.js';
import { EventType } from '../ui/event-type.js';
import { StatusBadge } from '../ui/status.js';
import { Moment } from '../ui/time.js';
import { VirtualRows } from '../ui/virtual-rows.js';
import styles from './delivery-table.module.css';

interface DeliveryTableProps {
  readonly label: string;
  readonly projectId: string;
  readonly rows: readonly Delivery[];
  readonly onEnd?: () => void;
  readonly onScrolled?: (isScrolled: boolean) => void;
  readonly foot?: ReactNode;
}

const HEAD = ['Received', 'Status', 'Event', 'Call', 'Endpoint', 'Tries', 'Answer'];
const COLUMNS = '112px 108px minmax(176px, 1.3fr) minmax(110px, 1.2fr) minmax(90px, 1fr) 58px minmax(90px, 1fr)';

export function DeliveryTable({ label, projectId, rows, onEnd, onScrolled, foot }: DeliveryTableProps) {
  const isNarrow = useMediaQuery('(max-width: 800px)') ?? false;
  return (
    <VirtualRows
      label={label}
      rows={rows}
      keyOf={({ id }) => id}
      head={HEAD}
      columns={isNarrow ? 'auto minmax(0, 1fr) auto' : COLUMNS}
      rowHeight={isNarrow ? 78 : 40}
      renderRow={(row) => <Cells delivery={row} projectId={projectId} />}
      {...(onEnd && { onEnd })}
      {...(onScrolled && { onScrolled })}
      foot={foot}
    />
  );
}

function Cells({ delivery, projectId }: { readonly delivery: Delivery; readonly projectId: string }) {
  const { id, receivedAt, status, eventType, callId, endpointName, attemptCount, redriveCount } = delivery;
  return (
    <>
      <Text component="span" role="cell" size="xs" c="dimmed" className={styles['time']}>
        <Moment at={receivedAt} />
      </Text>
      <span role="cell" className={styles['status']}>
        <StatusBadge status={status} />
      </span>
      <span role="cell" className={styles['event']}>
        {/* The whole row leads there. */}
        <Link to={`/p/${projectId}/deliveries/${id}`} className={styles['open']}>
          <EventType type={eventType} />
        </Link>
      </span>
      <span role="cell" className={styles['call']}>
        <Link
          to={`/p/${projectId}/calls/${encodeURIComponent(callId)}`}
          className={`mono text-link ${styles['above']}`}
        >
          {callId}
        </Link>
      </span>
      <span role="cell" className={styles['endpoint']} title={endpointName}>
        {endpointName}
      </span>
      <span role="cell" className={styles['attempts']}>
        {attemptCount}
        {redriveCount > 0 && <span title={`Sent again by an operator ${redriveCount} times`}> ↻{redriveCount}</span>}
      </span>
      <Answer delivery={delivery} />
    </>
  );
}

/** The status that came back, or in words why none did. */
function Answer({ delivery: { status, responseStatus, reason } }: { readonly delivery: Delivery }) {
  const words = status === 'waiting' ? '' : (reason ?? '').replace(/^\w+: /, '');
  return (
    <Text component="span" role="cell" size="xs" c="dimmed" className={styles['answer']} title={reason ?? undefined}>
      {responseStatus ?? words}
    </Text>
  );
}
