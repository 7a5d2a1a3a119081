import { Button, Group, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Play, SkipForward } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Lane } from '../api/history-types.js';
import { useLaneCommand } from '../api/lanes.js';
import { useProjectId } from '../api/projects.js';
import { useMayChange } from '../api/session.js';
import type { Endpoint } from '../api/types.js';
import { Confirm } from '../ui/confirm.js';
import { EventType } from '../ui/event-type.js';
import { notifyDone, notifyProblem } from '../ui/problem.js';
import { causeText, codeOf } from '../ui/reason.js';
import { Ago, Until } from '../ui/time.js';
import { VirtualRows } from '../ui/virtual-rows.js';
import styles from './lane-table.module.css';

interface LaneTableProps {
  readonly lanes: readonly Lane[];
  readonly endpoints: readonly Endpoint[];
  readonly onEnd?: () => void;
}

const HEAD = ['Call', 'Waits for', 'Endpoint', 'Since', 'Next try', 'Behind it', 'Actions'];
const COLUMNS =
  'minmax(120px, 1fr) minmax(190px, 1.6fr) minmax(90px, 0.8fr) minmax(96px, 0.7fr) minmax(96px, 0.7fr) 70px 184px';

export function LaneTable({ lanes, endpoints, onEnd }: LaneTableProps) {
  const projectId = useProjectId();
  const mayChange = useMayChange();
  const isNarrow = useMediaQuery('(max-width: 800px)') ?? false;
  const [skipping, setSkipping] = useState<Lane | null>(null);
  const command = useLaneCommand(projectId);
  const retry = (lane: Lane): void =>
    command.mutate(
      { lane, command: 'retry' },
      { onError: notifyProblem, onSuccess: () => notifyDone(`${lane.callId}: tried now.`) },
    );
  return (
    <>
      <VirtualRows
        label="Waiting calls"
        rows={lanes}
        keyOf={({ id }) => id}
        head={HEAD}
        columns={isNarrow ? 'minmax(0, 1fr) auto' : COLUMNS}
        rowHeight={isNarrow ? 132 : 54}
        renderRow={(lane) => (
          <Cells
            lane={lane}
            projectId={projectId}
            endpoint={endpoints.find(({ id }) => id === lane.endpointId)?.name ?? 'deleted'}
            {...(mayChange && { onRetry: () => retry(lane), onSkip: () => setSkipping(lane) })}
          />
        )}
        {...(onEnd && { onEnd })}
      />
      {skipping !== null && (
        <Confirm
          title="Skip the event in front?"
          action="Skip it"
          onConfirm={() => command.mutateAsync({ lane: skipping, command: 'skip' })}
          onClose={() => setSkipping(null)}
        >
          <EventType type={skipping.head.eventType} /> of <span className="mono">{skipping.callId}</span> becomes a dead
          letter, and the call goes on with what waits behind it. It can be sent again later, but then it arrives after
          them.
        </Confirm>
      )}
    </>
  );
}

interface CellsProps {
  readonly lane: Lane;
  readonly projectId: string;
  readonly endpoint: string;
  readonly onRetry?: () => void;
  readonly onSkip?: () => void;
}

function Cells({ lane, projectId, endpoint, onRetry, onSkip }: CellsProps) {
  const { callId, head, followers, since } = lane;
  return (
    <>
      <span role="cell" className={styles['call']}>
        <Link className="text-link mono" to={`/p/${projectId}/calls/${encodeURIComponent(callId)}`}>
          {callId}
        </Link>
      </span>
      <span role="cell" className={styles['head']}>
        <Link className="plain-link" to={`/p/${projectId}/deliveries/${head.deliveryId}`}>
          <Text component="span" fw={550}>
            <EventType type={head.eventType} />
          </Text>
        </Link>
        <Text size="xs" c="dimmed" truncate title={head.lastReason ?? undefined}>
          {head.attempts === 0 ? 'not tried yet' : `tried ${head.attempts}×, ${causeText(codeOf(head.lastReason))}`}
        </Text>
      </span>
      <span role="cell" title={endpoint}>
        {endpoint}
      </span>
      <span role="cell" className={styles['named']} data-name="since">
        <Ago at={since} />
      </span>
      <span role="cell" className={styles['named']} data-name="next try">
        {head.nextAttemptAt === null ? 'any moment' : <Until at={head.nextAttemptAt} />}
      </span>
      <span role="cell" className={styles['named']} data-name="behind it:">
        {followers}
      </span>
      <Group role="cell" gap={6} wrap="nowrap" justify="flex-end" className={styles['actions']}>
        {onRetry !== undefined && (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<Play size={12} />}
            onClick={onRetry}
            aria-label={`Retry now: ${callId}`}
          >
            Retry now
          </Button>
        )}
        {onSkip !== undefined && (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<SkipForward size={12} />}
            onClick={onSkip}
            aria-label={`Skip: the event in front of ${callId}`}
          >
            Skip
          </Button>
        )}
      </Group>
    </>
  );
}
