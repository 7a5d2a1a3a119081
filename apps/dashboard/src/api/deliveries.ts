import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { get, request } from './client.js';
import type { CallHistory, Delivery, DeliveryWithAttempts, ResendAnswer } from './history-types.js';
import { filterOf, type Search } from './delivery-filter.js';
import { keyOf } from './keys.js';
import { ApiProblem } from './problem.js';
import type { Page } from './types.js';

/** The first one is there at once; whoever has read far reads on in larger ones. */
const FIRST_PAGE = 100;
const LARGEST_PAGE = 1000;

interface Place {
  readonly cursor: string;
  readonly limit: number;
}

/**
 * Newest first, page by page, and live.
 * @param room whose list it is: all deliveries, or the dead letters.
 * @param isPaused what is being read stays where it is; when it ends, the list begins anew.
 */
export function useDeliveryPages(
  projectId: string,
  room: 'deliveries' | 'dead-letters',
  search: Search,
  isPaused: boolean,
) {
  const client = useQueryClient();
  const queryKey = keyOf(projectId, room, 'list', search);
  const pages = useInfiniteQuery({
    queryKey,
    enabled: !isPaused,
    // With many pages, looking for what stayed the same takes longer than drawing it.
    structuralSharing: false,
    queryFn: ({ pageParam, signal }) =>
      get<Page<Delivery>>(
        `/projects/${projectId}/${room}`,
        { ...filterOf(search, Date.now()), limit: FIRST_PAGE, ...pageParam },
        signal,
      ),
    initialPageParam: undefined as Place | undefined,
    getNextPageParam: ({ items, nextCursor }) =>
      nextCursor === null ? undefined : { cursor: nextCursor, limit: Math.min(2 * items.length, LARGEST_PAGE) },
  });
  /** Else all that was read would be asked for again with every hint. */
  const keepFirstPage = (): void => {
    client.setQueryData<InfiniteData<Page<Delivery>>>(queryKey, (data) =>
      data === undefined || data.pages.length <= 1
        ? data
        : { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
    );
  };
  return { ...pages, keepFirstPage };
}

/** @param every milliseconds until it is asked for again, besides the live hints; false: not. */
export function useDelivery(
  projectId: string,
  deliveryId: string,
  every: (delivery: DeliveryWithAttempts | undefined) => number | false = () => false,
) {
  return useQuery<DeliveryWithAttempts>({
    queryKey: keyOf(projectId, 'delivery', deliveryId),
    refetchInterval: ({ state }) => every(state.data),
    queryFn: ({ signal }) => get<DeliveryWithAttempts>(`/projects/${projectId}/deliveries/${deliveryId}`, {}, signal),
  });
}

/** One that has ended. */
export function useResend(projectId: string, deliveryId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<ResendAnswer>('POST', `/projects/${projectId}/deliveries/${deliveryId}/resend`),
    // Also when it was refused: the page shows what is true now.
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(projectId, 'delivery', deliveryId) }),
  });
}

const MOST_EVENTS = 100;

/** Null: the history does not have the call (yet). @param every as of useDelivery. */
export function useCall(
  projectId: string,
  callId: string,
  every: (call: CallHistory | null | undefined) => number | false = () => false,
) {
  return useQuery<CallHistory | null>({
    queryKey: keyOf(projectId, 'call', callId),
    refetchInterval: ({ state }) => every(state.data),
    queryFn: async ({ signal }) => {
      try {
        const path = `/projects/${projectId}/calls/${encodeURIComponent(callId)}`;
        return await get<CallHistory>(path, { limit: MOST_EVENTS }, signal);
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }
    },
  });
}
