import { Button } from '@mantine/core';
import { readSearch, type Search } from '../api/delivery-filter.js';
import { useDeadLetterGroups } from '../api/groups.js';
import type { DeadLetterGroup } from '../api/history-types.js';
import { useProjectId } from '../api/projects.js';
import { GroupCard, GroupCards } from '../ui/group-cards.js';
import { ProblemAlert } from '../ui/problem.js';
import { causeText } from '../ui/reason.js';
import { Ago } from '../ui/time.js';
import { counted } from './redrive-words.js';

interface DeadLetterGroupsProps {
  readonly search: Search;
  readonly onChange: (change: Partial<Search>) => void;
  /** Left out: whoever looks may not. */
  readonly onRedrive?: (search: Search) => void;
}

/** How many were given up at which endpoint, and why. */
export function DeadLetterGroups({ search, onChange, onRedrive }: DeadLetterGroupsProps) {
  const groups = useDeadLetterGroups(useProjectId());
  if (groups.error) return <ProblemAlert error={groups.error} again={() => void groups.refetch()} />;
  if (groups.data === undefined || groups.data.deliveries === 0) return null;
  return (
    <GroupCards label="Dead letters, by endpoint and reason">
      {groups.data.groups.map((group) => {
        const isChosen = search.endpointId === group.endpointId && search.code === group.code;
        return (
          <GroupCard
            key={`${group.endpointId} ${group.code}`}
            count={group.deliveries}
            title={group.endpointName + (group.endpointState === 'enabled' ? '' : ` (${group.endpointState})`)}
            cause={causeText(group.code)}
            when={
              <>
                {counted(group.calls, 'call', 'calls')}, newest <Ago at={group.newestAt} />
              </>
            }
            isChosen={isChosen}
            onChoose={() =>
              onChange(isChosen ? { endpointId: '', code: '' } : { endpointId: group.endpointId, code: group.code })
            }
            action={<Again group={group} {...(onRedrive && { onRedrive })} />}
          />
        );
      })}
    </GroupCards>
  );
}

function Again({
  group,
  onRedrive,
}: {
  readonly group: DeadLetterGroup;
  readonly onRedrive?: (search: Search) => void;
}) {
  if (onRedrive === undefined || group.endpointState !== 'enabled') return null;
  return (
    <Button
      size="compact-xs"
      variant="default"
      onClick={() => onRedrive(searchOf(group))}
      aria-label={`Send again: the dead letters of ${group.endpointName}`}
    >
      Send again
    </Button>
  );
}

function searchOf({ endpointId, code }: DeadLetterGroup): Search {
  return { ...readSearch(new URLSearchParams()), endpointId, code };
}
