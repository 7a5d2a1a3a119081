import { Box, Button, Group, Loader, Text } from '@mantine/core';
import { ArrowUp } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useDeliveryPages } from '../api/deliveries.js';
import type { Search } from '../api/delivery-filter.js';
import { useLastHint } from '../api/live.js';
import { useProjectId } from '../api/projects.js';
import { Outline } from '../ui/states.js';
import { ProblemAlert } from '../ui/problem.js';
import { DeliveryTable } from './delivery-table.js';
import styles from './live-deliveries.module.css';

interface LiveDeliveriesProps {
  readonly label: string;
  readonly room: 'deliveries' | 'dead-letters';
  readonly search: Search;
  /** In place of an empty list. */
  readonly empty: ReactNode;
}

/** Deliveries, newest first, as they happen: until somebody scrolls, who reads in peace. */
export function LiveDeliveries({ label, room, search, empty }: LiveDeliveriesProps) {
  const projectId = useProjectId();
  const [readingSince, setReadingSince] = useState<number | null>(null);
  const pages = useDeliveryPages(projectId, room, search, readingSince !== null);
  const hasNewer = useLastHint(projectId) > (readingSince ?? Infinity);
  const [visit, setVisit] = useState(0);
  const toNewest = (): void => {
    pages.keepFirstPage();
    setReadingSince(null);
    setVisit(visit + 1);
  };
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);

  if (data === undefined) {
    return error ? <ProblemAlert error={error} again={() => void pages.refetch()} /> : <Outline rows={8} />;
  }
  if (rows.length === 0) return <div className="card">{empty}</div>;
  return (
    <Box pos="relative">
      {error && <ProblemAlert error={error} />}
      {hasNewer && (
        <Button
          className={styles['newer']}
          size="xs"
          radius="xl"
          leftSection={<ArrowUp size={14} />}
          onClick={toNewest}
        >
          There is more: show the newest
        </Button>
      )}
      <DeliveryTable
        key={visit}
        label={label}
        projectId={projectId}
        rows={rows}
        onScrolled={(isScrolled) => {
          if (isScrolled) setReadingSince((since) => since ?? Date.now());
          else if (readingSince !== null) {
            pages.keepFirstPage();
            setReadingSince(null);
          }
        }}
        {...(hasNextPage && !isFetchingNextPage && { onEnd: () => void fetchNextPage() })}
        foot={
          <Group justify="center" p="sm" gap="xs">
            {isFetchingNextPage ? (
              <Loader size="xs" aria-label="Loading more" />
            ) : (
              !hasNextPage && (
                <Text size="xs" c="dimmed">
                  That is all.
                </Text>
              )
            )}
          </Group>
        }
      />
    </Box>
  );
}
