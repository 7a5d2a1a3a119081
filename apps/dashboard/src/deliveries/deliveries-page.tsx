import { Send } from 'lucide-react';
import { Link } from 'react-router';
import { useProjectId } from '../api/projects.js';
import { Page } from '../ui/page.js';
import { Empty } from '../ui/states.js';
import { FilterBar } from './filter-bar.js';
import { LiveDeliveries } from './live-deliveries.js';
import { useDeliverySearch } from './use-search.js';

/** Every event for every endpoint, and what became of it. */
export function DeliveriesPage() {
  const projectId = useProjectId();
  const { search, isSearching, change } = useDeliverySearch();
  return (
    <Page title="Deliveries" lead="Each event for each endpoint, newest first, as it happens.">
      <FilterBar projectId={projectId} search={search} isSearching={isSearching} onChange={change} />
      <LiveDeliveries
        key={JSON.stringify(search)}
        label="Deliveries"
        room="deliveries"
        search={search}
        empty={
          isSearching ? (
            <Empty icon={Send} title="Nothing was found">
              No delivery fits these filters. A call id has to be the whole of it.
            </Empty>
          ) : (
            <Empty
              icon={Send}
              title="Nothing was delivered yet"
              action={
                <Link className="text-link" to={`/p/${projectId}/webhooks`}>
                  Send a test event from Webhooks
                </Link>
              }
            >
              A delivery is shown as soon as its first attempt is recorded.
            </Empty>
          )
        }
      />
    </Page>
  );
}
