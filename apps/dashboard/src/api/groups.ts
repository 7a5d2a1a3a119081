import { useQuery } from '@tanstack/react-query';
import { get } from './client.js';
import type { DeadLetterGroups, LaneSummary } from './history-types.js';
import { keyOf } from './keys.js';
import { LANES_EVERY_MS } from './lanes.js';

/** How many calls wait, by endpoint and cause. */
export function useLaneSummary(projectId: string) {
  return useQuery({
    queryKey: keyOf(projectId, 'lanes', 'summary'),
    refetchInterval: LANES_EVERY_MS,
    queryFn: ({ signal }) => get<LaneSummary>(`/projects/${projectId}/lanes/summary`, {}, signal),
  });
}

/** How many dead letters there are, by endpoint and reason. */
export function useDeadLetterGroups(projectId: string) {
  return useQuery({
    queryKey: keyOf(projectId, 'dead-letters', 'groups'),
    queryFn: ({ signal }) => get<DeadLetterGroups>(`/projects/${projectId}/dead-letters/groups`, {}, signal),
  });
}
