import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, request } from './client.js';
import type { Redrive, RedriveAnswer, RedriveFilter } from './history-types.js';
import { keyOf } from './keys.js';
import type { Page } from './types.js';

/** All that the filter lets through. */
export interface RedriveWish {
  readonly filter: RedriveFilter;
}

const pathOf = (projectId: string): string => `/projects/${projectId}/dead-letters`;

/** What a redrive would send; nothing is sent. */
export function useDryRun(projectId: string, wish: RedriveWish) {
  return useQuery({
    queryKey: keyOf(projectId, 'dead-letters', 'dry-run', wish),
    queryFn: ({ signal }) =>
      request<RedriveAnswer>('POST', `${pathOf(projectId)}/redrive`, { ...wish, dryRun: true }, signal),
  });
}

export function useRedrive(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: RedriveWish) => request<RedriveAnswer>('POST', `${pathOf(projectId)}/redrive`, wish),
    onSuccess: () => client.invalidateQueries({ queryKey: keyOf(projectId, 'redrives') }),
  });
}

const SHOWN = 5;
const WHILE_RUNNING_MS = 1000;

/** The latest; asked for again while one runs. */
export function useRedrives(projectId: string) {
  return useQuery({
    queryKey: keyOf(projectId, 'redrives'),
    queryFn: ({ signal }) => get<Page<Redrive>>(`${pathOf(projectId)}/redrives`, { limit: SHOWN }, signal),
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === 'running') === true ? WHILE_RUNNING_MS : false,
  });
}
