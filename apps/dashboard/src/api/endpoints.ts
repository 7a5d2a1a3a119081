import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { allPages } from './all-pages.js';
import { get, request } from './client.js';
import { keyOf } from './keys.js';
import type { Endpoint, EndpointSettings, ImpairedEndpoint, Preview, PublishedTest } from './types.js';

const pathOf = (projectId: string, endpointId?: string): string =>
  `/projects/${projectId}/endpoints${endpointId === undefined ? '' : `/${endpointId}`}`;

export function useEndpoints(projectId: string) {
  return useQuery({
    queryKey: keyOf(projectId, 'endpoints'),
    queryFn: ({ signal }) => allPages<Endpoint>(pathOf(projectId), signal),
  });
}

const IMPAIRED_EVERY_MS = 2000;

/** Those that are left alone, or sent less at a time; told by the delivery services, so asked for by the clock. */
export function useImpairedEndpoints(projectId: string) {
  return useQuery({
    queryKey: keyOf(projectId, 'endpoints', 'impaired'),
    queryFn: ({ signal }) =>
      get<{ readonly items: readonly ImpairedEndpoint[] }>(`${pathOf(projectId)}/impaired`, {}, signal),
    refetchInterval: IMPAIRED_EVERY_MS,
  });
}

export function useCreateEndpoint(projectId: string) {
  const refresh = useRefresh(projectId);
  return useMutation({
    mutationFn: (settings: EndpointSettings) => request<Endpoint>('POST', pathOf(projectId), settings),
    onSuccess: refresh,
  });
}

export type EndpointChange = Partial<Omit<EndpointSettings, 'endpointType'>> & { readonly enabled?: boolean };

export function useChangeEndpoint(projectId: string) {
  const refresh = useRefresh(projectId);
  return useMutation({
    mutationFn: ({ id, change }: { readonly id: string; readonly change: EndpointChange }) =>
      request<Endpoint>('PATCH', pathOf(projectId, id), change),
    onSuccess: refresh,
  });
}

export function useDeleteEndpoint(projectId: string) {
  const refresh = useRefresh(projectId);
  return useMutation({
    mutationFn: (id: string) => request<undefined>('DELETE', pathOf(projectId, id)),
    onSuccess: refresh,
  });
}

export function useTestEndpoint(projectId: string, endpointId: string) {
  return useMutation({
    mutationFn: (eventType: string) =>
      request<PublishedTest>('POST', `${pathOf(projectId, endpointId)}/test`, { eventType }),
  });
}

/** What the endpoint would be sent for an event of that type; nothing is. */
export function usePreview(projectId: string, endpoint: Endpoint, eventType: string) {
  return useQuery({
    queryKey: keyOf(projectId, 'preview', endpoint.id, endpoint.updatedAt, eventType),
    queryFn: ({ signal }) =>
      request<Preview>('POST', `${pathOf(projectId, endpoint.id)}/preview`, { eventType }, signal),
  });
}

/** What is shown of endpoints stands in the triggers too. */
function useRefresh(projectId: string) {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: keyOf(projectId, 'endpoints') }),
      client.invalidateQueries({ queryKey: keyOf(projectId, 'triggers') }),
    ]);
}
