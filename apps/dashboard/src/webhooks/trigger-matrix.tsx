import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { ListChecks } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useEventTypes, useSaveTriggers, useTriggers } from '../api/triggers.js';
import { useProjectId } from '../api/projects.js';
import type { Endpoint, EventTypeLabel, TriggerMap } from '../api/types.js';
import { notifyProblem } from '../ui/problem.js';
import { Empty, Loaded } from '../ui/states.js';
import { MatrixTable } from './matrix-table.js';
import { changesBetween } from './trigger-draft.js';
import styles from './trigger-matrix.module.css';

interface TriggerMatrixProps {
  readonly endpoints: readonly Endpoint[];
  readonly mayChange: boolean;
  readonly create?: ReactNode;
}

/** Which of the event types fire at which endpoint. */
export function TriggerMatrix({ endpoints, mayChange, create }: TriggerMatrixProps) {
  const triggers = useTriggers(useProjectId());
  const eventTypes = useEventTypes();
  if (endpoints.length === 0) {
    return (
      <div className="card">
        <Empty icon={ListChecks} title="No endpoint yet" action={create}>
          Create one; then choose here which events it gets.
        </Empty>
      </div>
    );
  }
  return (
    <Loaded query={eventTypes} rows={10}>
      {(types) => (
        <Loaded query={triggers} rows={10}>
          {(saved) => <Matrix types={types} saved={saved} endpoints={endpoints} mayChange={mayChange} />}
        </Loaded>
      )}
    </Loaded>
  );
}

interface MatrixProps {
  readonly types: readonly EventTypeLabel[];
  readonly saved: TriggerMap;
  readonly endpoints: readonly Endpoint[];
  readonly mayChange: boolean;
}

function Matrix({ types, saved, endpoints, mayChange }: MatrixProps) {
  const [draft, setDraft] = useState<TriggerMap | null>(null);
  const save = useSaveTriggers(useProjectId());
  const shown = draft ?? saved;
  const changes = changesBetween(saved, shown);

  const store = (wanted: TriggerMap, before: TriggerMap): void =>
    save.mutate(wanted, {
      onError: notifyProblem,
      onSuccess: () => {
        setDraft(null);
        const id = notifications.show({
          color: 'teal',
          autoClose: 12_000,
          title: 'Triggers saved',
          message: (
            <Group justify="space-between" gap="sm">
              <Text component="span">Events from now on follow them.</Text>
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => {
                  notifications.hide(id);
                  store(before, wanted);
                }}
              >
                Undo
              </Button>
            </Group>
          ),
        });
      },
    });

  return (
    <>
      <div className={`card ${styles['scroll']}`} tabIndex={0} role="region" aria-label="Notification Triggers">
        <MatrixTable
          types={types}
          endpoints={endpoints}
          triggers={shown}
          saved={saved}
          {...(mayChange && { onChange: setDraft })}
        />
      </div>
      {changes > 0 && (
        <Group className={styles['bar']} justify="space-between" role="region" aria-label="Unsaved changes">
          <Text fw={550}>
            {changes} unsaved {changes === 1 ? 'change' : 'changes'}
          </Text>
          <Group gap="xs">
            <Button variant="default" onClick={() => setDraft(null)}>
              Discard
            </Button>
            <Button onClick={() => store(shown, saved)} loading={save.isPending}>
              Save triggers
            </Button>
          </Group>
        </Group>
      )}
    </>
  );
}
