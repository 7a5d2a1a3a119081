import { ActionIcon, Box, Button, Group, Menu, Switch, Text } from '@mantine/core';
import { Ellipsis, Eye, KeyRound, Pencil, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useChangeEndpoint, useDeleteEndpoint } from '../api/endpoints.js';
import { useTriggers } from '../api/triggers.js';
import type { Endpoint } from '../api/types.js';
import { Confirm } from '../ui/confirm.js';
import { notifyDone, notifyProblem } from '../ui/problem.js';
import { Credentials } from './credentials.js';
import { EditEndpoint } from './edit-endpoint.js';
import { EndpointPanel } from './endpoint-panel.js';
import styles from './endpoint-table.module.css';
import { AUTHS, TYPES } from './endpoint-words.js';
import { countOf } from './trigger-draft.js';

type Action = 'test' | 'preview' | 'credentials' | 'edit' | 'delete';

interface EndpointTableProps {
  readonly endpoints: readonly Endpoint[];
  readonly mayChange: boolean;
}

export function EndpointTable({ endpoints, mayChange }: EndpointTableProps) {
  const [open, setOpen] = useState<{ readonly id: string; readonly action: Action } | null>(null);
  const close = (): void => setOpen(null);
  // As it is now, not as it was when the dialog was opened.
  const endpoint = endpoints.find(({ id }) => id === open?.id);
  return (
    <>
      <ul className={`card ${styles['list']}`} aria-label="Destination Endpoints">
        {endpoints.map((one) => (
          <Row
            key={one.id}
            endpoint={one}
            mayChange={mayChange}
            onAction={(action) => setOpen({ id: one.id, action })}
          />
        ))}
      </ul>
      {open !== null && endpoint !== undefined && (
        <Opened endpoint={endpoint} action={open.action} mayChange={mayChange} onClose={close} />
      )}
    </>
  );
}

interface RowProps {
  readonly endpoint: Endpoint;
  readonly mayChange: boolean;
  readonly onAction: (action: Action) => void;
}

function Row({ endpoint, mayChange, onAction }: RowProps) {
  const { projectId, id, name, endpointType, target, authType, enabled } = endpoint;
  const { Icon, label } = TYPES[endpointType];
  const change = useChangeEndpoint(projectId);
  const triggers = useTriggers(projectId).data;
  const count = triggers === undefined ? null : countOf(triggers, id);
  const switchTo = (on: boolean): void =>
    change.mutate(
      { id, change: { enabled: on } },
      { onError: notifyProblem, onSuccess: () => notifyDone(`${name} is ${on ? 'enabled' : 'disabled'}.`) },
    );
  return (
    <li className={styles['row']} aria-label={name}>
      <span className={styles['icon']} data-off={!enabled}>
        <Icon size={18} aria-hidden />
      </span>
      <Box className={styles['what']}>
        <Text fw={550} className={styles['name']}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" className={`mono ${styles['target']}`} title={target}>
          {target}
        </Text>
      </Box>
      <Text size="xs" c="dimmed" className={styles['kind']}>
        {label}
        {authType !== 'NONE' && ` · ${AUTHS[authType].label}`}
        <br />
        {count !== null && (
          <Link className="text-link" to={`/p/${projectId}/webhooks/triggers`}>
            {count === 0 ? 'No event fires' : `${count} event ${count === 1 ? 'type' : 'types'}`}
          </Link>
        )}
      </Text>
      <Switch
        className={styles['switch']}
        checked={enabled}
        disabled={!mayChange || change.isPending}
        onChange={(event) => switchTo(event.currentTarget.checked)}
        label={enabled ? 'Enabled' : 'Disabled'}
        aria-label={`${name} enabled`}
        size="xs"
      />
      <Group gap={6} wrap="nowrap" justify="flex-end">
        {mayChange && (
          <Button size="xs" variant="default" leftSection={<Send size={13} />} onClick={() => onAction('test')}>
            Test
          </Button>
        )}
        {endpointType === 'CUSTOM' && (
          <Button
            size="xs"
            variant="default"
            leftSection={<KeyRound size={13} />}
            onClick={() => onAction('credentials')}
          >
            Credentials
          </Button>
        )}
        <Menu position="bottom-end" width={190}>
          <Menu.Target>
            <ActionIcon aria-label={`More for ${name}`}>
              <Ellipsis size={17} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Eye size={14} />} onClick={() => onAction('preview')}>
              What is sent
            </Menu.Item>
            {mayChange && (
              <>
                <Menu.Item leftSection={<Pencil size={14} />} onClick={() => onAction('edit')}>
                  Edit
                </Menu.Item>
                <Menu.Item color="red" leftSection={<Trash2 size={14} />} onClick={() => onAction('delete')}>
                  Delete
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      </Group>
    </li>
  );
}

interface OpenedProps {
  readonly endpoint: Endpoint;
  readonly action: Action;
  readonly mayChange: boolean;
  readonly onClose: () => void;
}

function Opened({ endpoint, action, mayChange, onClose }: OpenedProps) {
  const remove = useDeleteEndpoint(endpoint.projectId);
  switch (action) {
    case 'test':
    case 'preview':
      return <EndpointPanel endpoint={endpoint} mayTest={mayChange} first={action} onClose={onClose} />;
    case 'credentials':
      return <Credentials endpoint={endpoint} mayChange={mayChange} onClose={onClose} />;
    case 'edit':
      return <EditEndpoint endpoint={endpoint} onClose={onClose} />;
    case 'delete':
      return (
        <Confirm
          title={`Delete ${endpoint.name}?`}
          action="Delete endpoint"
          onConfirm={() => remove.mutateAsync(endpoint.id)}
          onClose={onClose}
        >
          Its triggers and credentials go with it, and what waits for it ends as skipped. The history of its deliveries
          stays. To pause it, disable it instead.
        </Confirm>
      );
  }
}
