import { Group, Select, Text } from '@mantine/core';
import { Hourglass } from 'lucide-react';
import { useSearchParams } from 'react-router';
import { useEndpoints } from '../api/endpoints.js';
import { useLanePages } from '../api/lanes.js';
import { useProjectId } from '../api/projects.js';
import { ImpairedEndpoints } from '../health/impaired-endpoints.js';
import { Page } from '../ui/page.js';
import { ProblemAlert } from '../ui/problem.js';
import { Empty, Outline } from '../ui/states.js';
import { LaneTable } from './lane-table.js';
import { WaitingSummary } from './waiting-summary.js';

/** The calls that wait now, and what for. */
export function WaitingPage() {
  const projectId = useProjectId();
  const [address, setAddress] = useSearchParams();
  const endpointId = address.get('endpointId') ?? undefined;
  const endpoints = useEndpoints(projectId).data ?? [];
  const lanes = useLanePages(projectId, endpointId);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = lanes;
  const rows = data?.pages.flatMap(({ items }) => items);
  const choose = (id: string | null): void => setAddress(id === null ? {} : { endpointId: id }, { replace: true });
  return (
    <Page
      title="Waiting"
      lead="Calls whose next event failed and is tried again later. What follows in such a call waits behind it; no other call does."
    >
      <ImpairedEndpoints />
      <WaitingSummary chosen={endpointId} onChoose={choose} />
      <Group>
        <Select
          aria-label="Endpoint"
          placeholder="Any endpoint"
          clearable
          searchable
          value={endpointId ?? null}
          onChange={choose}
          data={endpoints.map(({ id, name }) => ({ value: id, label: name }))}
        />
        {rows !== undefined && rows.length > 0 && (
          <Text c="dimmed">
            {hasNextPage ? `The ${rows.length} that wait longest` : `${rows.length} waiting`}, longest first
          </Text>
        )}
      </Group>
      {error && <ProblemAlert error={error} again={() => void lanes.refetch()} />}
      {rows === undefined && !error && <Outline rows={6} />}
      {rows?.length === 0 && (
        <div className="card">
          <Empty icon={Hourglass} title="Nothing waits">
            Every event was delivered or given up. When an endpoint fails, its calls are shown here until it answers
            again.
          </Empty>
        </div>
      )}
      {rows !== undefined && rows.length > 0 && (
        <LaneTable
          lanes={rows}
          endpoints={endpoints}
          {...(hasNextPage && !isFetchingNextPage && { onEnd: () => void fetchNextPage() })}
        />
      )}
    </Page>
  );
}
