import { useLaneSummary } from '../api/groups.js';
import { useProjectId } from '../api/projects.js';
import { GroupCard, GroupCards } from '../ui/group-cards.js';
import { ProblemAlert } from '../ui/problem.js';
import { causeText } from '../ui/reason.js';
import { Ago, Until } from '../ui/time.js';

interface WaitingSummaryProps {
  readonly chosen: string | undefined;
  readonly onChoose: (endpointId: string | null) => void;
}

/** How many calls wait for which endpoint, and why. */
export function WaitingSummary({ chosen, onChoose }: WaitingSummaryProps) {
  const summary = useLaneSummary(useProjectId());
  if (summary.error) return <ProblemAlert error={summary.error} again={() => void summary.refetch()} />;
  if (summary.data === undefined || summary.data.lanes === 0) return null;
  return (
    <GroupCards label="Waiting, by endpoint and cause">
      {summary.data.groups.map(({ endpointId, endpointName, cause, code, lanes, oldestSince, nextAttemptAt }) => (
        <GroupCard
          key={`${endpointId} ${cause} ${code}`}
          count={lanes}
          title={endpointName ?? 'Deleted endpoint'}
          cause={causeText(code)}
          when={
            <>
              oldest <Ago at={oldestSince} />
              {nextAttemptAt !== null && (
                <>
                  , next try <Until at={nextAttemptAt} />
                </>
              )}
            </>
          }
          isChosen={chosen === endpointId}
          onChoose={() => onChoose(chosen === endpointId ? null : endpointId)}
        />
      ))}
    </GroupCards>
  );
}
