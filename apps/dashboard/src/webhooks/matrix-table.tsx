import { Checkbox, Text } from '@mantine/core';
import type { Endpoint, EventTypeLabel, TriggerMap } from '../api/types.js';
import { TYPES } from './endpoint-words.js';
import { allTo, isOn, shareOf } from './trigger-draft.js';
import styles from './trigger-matrix.module.css';

interface MatrixTableProps {
  readonly types: readonly EventTypeLabel[];
  readonly endpoints: readonly Endpoint[];
  readonly triggers: TriggerMap;
  /** What differs from it is marked. */
  readonly saved: TriggerMap;
  /** Left out: only to look at. */
  readonly onChange?: (triggers: TriggerMap) => void;
}

const GROUPS = [
  { title: 'Outbound calls', prefix: 'OUTBOUND_' },
  { title: 'Inbound calls', prefix: 'INBOUND_' },
] as const;

/** Event types down, endpoints across. A box at the edge switches its whole row or column. */
export function MatrixTable({ types, endpoints, triggers, saved, onChange }: MatrixTableProps) {
  const allTypes = types.map(({ eventType }) => eventType);
  const allIds = endpoints.map(({ id }) => id);

  /** @param label says what the box switches. */
  const block = (label: string, rows: readonly string[], columns: readonly string[]) => {
    const share = shareOf(triggers, rows, columns);
    return (
      <Checkbox
        size="xs"
        aria-label={label}
        checked={share === 'all'}
        indeterminate={share === 'some'}
        disabled={onChange === undefined}
        onChange={() => onChange?.(allTo(triggers, rows, columns, share !== 'all'))}
      />
    );
  };

  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col" className={styles['corner']}>
            Event type
          </th>
          <th scope="col" className={styles['all']}>
            <span className={styles['name']}>All</span>
            {block('All events to all endpoints', allTypes, allIds)}
          </th>
          {endpoints.map(({ id, name, enabled, endpointType }) => (
            <th key={id} scope="col" title={name}>
              <span className={styles['name']}>{name}</span>
              <span className={styles['kind']}>
                {TYPES[endpointType].label}
                {enabled ? '' : ', disabled'}
              </span>
              {block(`All events to ${name}`, allTypes, [id])}
            </th>
          ))}
        </tr>
      </thead>
      {GROUPS.map(({ title, prefix }) => {
        const group = types.filter(({ eventType }) => eventType.startsWith(prefix));
        const groupTypes = group.map(({ eventType }) => eventType);
        return (
          <tbody key={title}>
            <tr className={styles['group']}>
              <th scope="rowgroup">{title}</th>
              <td className={styles['all']}>{block(`${title} to all endpoints`, groupTypes, allIds)}</td>
              {endpoints.map(({ id, name }) => (
                <td key={id}>{block(`${title} to ${name}`, groupTypes, [id])}</td>
              ))}
            </tr>
            {group.map(({ eventType, label }) => (
              <tr key={eventType}>
                <th scope="row">
                  <Text component="span" fw={500}>
                    {label}
                  </Text>
                  <span className={styles['type']}>{eventType}</span>
                </th>
                <td className={styles['all']}>{block(`${label} to all endpoints`, [eventType], allIds)}</td>
                {endpoints.map(({ id, name }) => {
                  const on = isOn(triggers, eventType, id);
                  return (
                    <td key={id} data-changed={on !== isOn(saved, eventType, id)}>
                      <Checkbox
                        size="xs"
                        aria-label={`${label} to ${name}`}
                        checked={on}
                        disabled={onChange === undefined}
                        onChange={() => onChange?.(allTo(triggers, [eventType], [id], !on))}
                      />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        );
      })}
    </table>
  );
}
