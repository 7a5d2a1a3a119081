import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, request } from './client.js';
import { keyOf } from './keys.js';
import type { EventTypeLabel, Page, TriggerMap } from './types.js';

interface Triggers {
  readonly triggers: TriggerMap;
}

/** The catalogue, which changes with a release only. */
export function useEventTypes() {
  return useQuery({
    queryKey: ['event-types'],
    queryFn: async ({ signal }) => (await get<Page<EventTypeLabel>>('/event-types', {}, signal)).items,
    staleTime: Infinity,
  });
}

export function useTriggers(projectId: string) {
  return useQuery({
    queryKey: keyOf(projectId, 'triggers'),
    queryFn: async ({ signal }) => (await get<Triggers>(`/projects/${projectId}/triggers`, {}, signal)).triggers,
  });
}

/** Replaces the whole map. */
export function useSaveTriggers(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (triggers: TriggerMap) => request<Triggers>('PUT', `/projects/${projectId}/triggers`, { triggers }),
    onSuccess: ({ triggers }) => client.setQueryData(keyOf(projectId, 'triggers'), triggers),
  });
}
