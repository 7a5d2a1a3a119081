import { Button } from '@mantine/core';
import { Inbox, RotateCw } from 'lucide-react';
import { useProjectId } from '../api/projects.js';
import { useMayChange } from '../api/session.js';
import { FilterBar } from '../deliveries/filter-bar.js';
import { LiveDeliveries } from '../deliveries/live-deliveries.js';
import { useDeliverySearch } from '../deliveries/use-search.js';
import { Page } from '../ui/page.js';
import { Empty } from '../ui/states.js';
import { DeadLetterGroups } from './dead-letter-groups.js';
import { RedriveDialog } from './redrive-dialog.js';
import { RedriveProgress } from './redrive-progress.js';
import { useRedriveWish } from './use-redrive-wish.js';

/** What was given up, why, and the way to send it again. */
export function DeadLettersPage() {
  const projectId = useProjectId();
  const mayChange = useMayChange();
  const { search, isSearching, change } = useDeliverySearch();
  const redrive = useRedriveWish();
  return (
    <Page
      title="Dead letters"
      lead="Deliveries that were given up: after the last retry, after a final answer, or by an operator."
      actions={
        mayChange ? (
          <Button leftSection={<RotateCw size={15} />} onClick={() => redrive.ask(search)}>
            {isSearching ? 'Send what is shown again' : 'Send all again'}
          </Button>
        ) : undefined
      }
    >
      <RedriveProgress />
      <DeadLetterGroups search={search} onChange={change} {...(mayChange && { onRedrive: redrive.ask })} />
      <FilterBar projectId={projectId} search={search} isSearching={isSearching} onChange={change} withStatus={false} />
      <LiveDeliveries
        key={JSON.stringify(search)}
        label="Dead letters"
        room="dead-letters"
        search={search}
        empty={
          <Empty icon={Inbox} title={isSearching ? 'Nothing was found' : 'No dead letters'}>
            {isSearching ? 'No dead letter fits these filters.' : 'Everything was delivered, or is still being tried.'}
          </Empty>
        }
      />
      {redrive.wish !== null && (
        <RedriveDialog
          projectId={projectId}
          title="Send dead letters again?"
          wish={redrive.wish}
          onClose={redrive.close}
        />
      )}
    </Page>
  );
}
