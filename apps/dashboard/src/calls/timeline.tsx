import { Text } from '@mantine/core';
import { Link } from 'react-router';
import type { CallHistory, CallItem, Delivery } from '../api/history-types.js';
import { useProjectId } from '../api/projects.js';
import { durationText, wholeText } from '../ui/duration.js';
import { EventType, useEventLabel } from '../ui/event-type.js';
import { useNow } from '../ui/now.js';
import { Badge, StatusBadge } from '../ui/status.js';
import { Moment } from '../ui/time.js';
import styles from './call.module.css';
import { waitOf } from './lane-wait.js';

/** Events down, in their order; each column is a lane: what one endpoint gets, one after the other. */
export function Timeline({ call }: { readonly call: CallHistory }) {
  const lanes = new Map(
    call.items.flatMap(({ deliveries }) => deliveries.map((one) => [one.endpointId, one.endpointName] as const)),
  );
  return (
    <div className={`card ${styles['scroll']}`} tabIndex={0} role="region" aria-label="Events of the call">
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">Event</th>
            {[...lanes].map(([id, name]) => (
              <th scope="col" key={id}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {call.items.map((item) => (
            <tr key={item.eventId}>
              <Event item={item} />
              {[...lanes].map(([id, name]) => {
                const delivery = item.deliveries.find(({ endpointId }) => endpointId === id);
                return (
                  <td key={id} data-endpoint={name} data-none={delivery === undefined}>
                    {delivery === undefined ? (
                      <span className="sr-only">not sent</span>
                    ) : (
                      <Cell items={call.items} delivery={delivery} />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Event({ item: { eventType, receivedAt, event } }: { readonly item: CallItem }) {
  const errors = event?.errors ?? [];
  return (
    <th scope="row">
      <Text component="span" fw={550} display="block">
        <EventType type={eventType} />
      </Text>
      <Text component="span" size="xs" c="dimmed" display="block">
        <Moment at={receivedAt} withMs />
      </Text>
      {errors.map(({ code, message }) => (
        <Badge key={`${code} ${message}`} tone="bad" title={message}>
          {code}
        </Badge>
      ))}
    </th>
  );
}

function Cell({ items, delivery }: { readonly items: readonly CallItem[]; readonly delivery: Delivery }) {
  const projectId = useProjectId();
  const labelOf = useEventLabel();
  const wait = waitOf(items, delivery, useNow());
  const { id, status, statusAt, receivedAt, attemptCount, reason } = delivery;
  return (
    <>
      <Link to={`/p/${projectId}/deliveries/${id}`} className={styles['open']}>
        <StatusBadge status={status} />
      </Link>
      <Text size="xs" c="dimmed" mt={3}>
        {[
          status === 'delivered' ? `after ${durationText(Date.parse(statusAt) - Date.parse(receivedAt))}` : '',
          attemptCount > 1 ? `${attemptCount} attempts` : '',
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
      {wait !== null && (
        <Text size="xs" c="var(--info)">
          {wait.isOver ? `waited ${durationText(wait.ms)}` : `has waited ${wholeText(wait.ms)}`} behind{' '}
          {labelOf(wait.behind)}
        </Text>
      )}
      {reason !== null && status !== 'waiting' && (
        <Text size="xs" c="dimmed" lineClamp={2} title={reason}>
          {reason}
        </Text>
      )}
    </>
  );
}
