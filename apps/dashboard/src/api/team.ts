import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query';
import { allPages } from './all-pages.js';
import { get, request } from './client.js';
import { keyOf } from './keys.js';
import type { ApiKey, AuditEntry, MadeApiKey, Page } from './types.js';

export function useApiKeys(projectId: string) {
  return useQuery({
    queryKey: keyOf(projectId, 'api-keys'),
    queryFn: ({ signal }) => allPages<ApiKey>(`/projects/${projectId}/api-keys`, signal),
  });
}

export function useMakeApiKey(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: { readonly name: string; readonly role: 'admin' | 'read' }) =>
      request<MadeApiKey>('POST', `/projects/${projectId}/api-keys`, wish),
    onSuccess: () => refresh(client, projectId),
  });
}

/** At once: sessions that were begun with it end too. */
export function useRevokeApiKey(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<undefined>('DELETE', `/projects/${projectId}/api-keys/${id}`),
    onSuccess: () => refresh(client, projectId),
  });
}

/** The page shows the keys, and that they were changed. */
function refresh(client: QueryClient, projectId: string): Promise<unknown> {
  return Promise.all([
    client.invalidateQueries({ queryKey: keyOf(projectId, 'api-keys') }),
    client.invalidateQueries({ queryKey: keyOf(projectId, 'audit') }),
  ]);
}

const A_PAGE = 50;

/** The query of the audit log; what is empty is not asked for. */
export interface AuditFilter {
  readonly action: string;
  readonly actor: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
}

/** Who changed what, newest first. */
export function useAudit(projectId: string, filter: AuditFilter) {
  return useInfiniteQuery({
    queryKey: keyOf(projectId, 'audit', filter),
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      get<Page<AuditEntry>>(`/projects/${projectId}/audit`, { ...filter, cursor: pageParam, limit: A_PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}
