import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, request } from './client.js';
import { filterOf, type Search } from './delivery-filter.js';
import type { Delivery, Redrive, RedriveAnswer, RedriveFilter } from './history-types.js';
import { keyOf } from './keys.js';
import type { Page } from './types.js';

/** All that the filter lets through, or the ids. */
export interface RedriveWish {
  readonly ids?: readonly string[];
  readonly filter?: RedriveFilter;
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

/** As many as a redrive takes. */
export const MOST_IDS = 1000;

/** The ids of what a search finds, the newest MOST_IDS: a redrive's own filter knows no codes. */
export async function findIds(projectId: string, search: Search): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Delivery> = await get(pathOf(projectId), { ...filterOf(search, Date.now()), cursor, limit: 100 });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && ids.length < MOST_IDS);
  return ids;
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
