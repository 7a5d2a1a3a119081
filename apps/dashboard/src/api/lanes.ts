import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { get, request } from './client.js';
import type { Lane } from './history-types.js';
import { keyOf } from './keys.js';
import type { Page } from './types.js';

const A_PAGE = 100;
/**
 * Lanes are kept by the delivery services, and the API hints what the recorder has recorded: that a lane has ended may come
 * after the hint. So they are asked for by the clock as well.
 */
export const LANES_EVERY_MS = 2000;

/** What waits, longest first. */
export function useLanePages(projectId: string, endpointId?: string) {
  return useInfiniteQuery({
    queryKey: keyOf(projectId, 'lanes', 'list', endpointId),
    queryFn: ({ pageParam, signal }) =>
      get<Page<Lane>>(`/projects/${projectId}/lanes`, { endpointId, cursor: pageParam, limit: A_PAGE }, signal),
    refetchInterval: LANES_EVERY_MS,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

export interface LaneCommand {
  readonly lane: Lane;
  readonly command: 'retry' | 'skip';
}

/** Names the head that is shown: a lane that has moved on meanwhile answers so, and nothing is done. */
export function useLaneCommand(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ lane, command }: LaneCommand) =>
      request<{ readonly asked: string }>('POST', `/projects/${projectId}/lanes/${lane.id}/${command}`, {
        deliveryId: lane.head.deliveryId,
      }),
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(projectId, 'lanes') }),
  });
}
