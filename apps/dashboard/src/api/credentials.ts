import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, request } from './client.js';
import { keyOf } from './keys.js';
import { ApiProblem } from './problem.js';
import type { BearerToken, Page, SigningKey } from './types.js';

const pathOf = (projectId: string, endpointId: string): string =>
  `/projects/${projectId}/endpoints/${endpointId}/credentials`;

/** Null: the endpoint has none. Revealing it takes the right to change. */
export function useBearerToken(projectId: string, endpointId: string, enabled: boolean) {
  return useQuery({
    queryKey: keyOf(projectId, 'bearer', endpointId),
    enabled,
    // A secret is kept no longer than it is shown.
    gcTime: 0,
    queryFn: async ({ signal }): Promise<BearerToken | null> => {
      try {
        return await get<BearerToken>(`${pathOf(projectId, endpointId)}/bearer`, {}, signal);
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }
    },
  });
}

/** Without a token one is made. */
export function useSetBearerToken(projectId: string, endpointId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token?: string) =>
      request<BearerToken>('PUT', `${pathOf(projectId, endpointId)}/bearer`, token === undefined ? {} : { token }),
    onSuccess: (token) => client.setQueryData(keyOf(projectId, 'bearer', endpointId), token),
  });
}

export function useDeleteBearerToken(projectId: string, endpointId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<undefined>('DELETE', `${pathOf(projectId, endpointId)}/bearer`),
    onSuccess: () => client.setQueryData(keyOf(projectId, 'bearer', endpointId), null),
  });
}

export function useSigningKeys(projectId: string, endpointId: string) {
  return useQuery({
    queryKey: keyOf(projectId, 'signing-keys', endpointId),
    queryFn: async ({ signal }) =>
      (await get<Page<SigningKey>>(`${pathOf(projectId, endpointId)}/signing-keys`, {}, signal)).items,
  });
}

/** rotate: makes a key beside the old one; activate: signs with it; delete: one that is not active. */
export function useSigningKeyAction(projectId: string, endpointId: string) {
  const client = useQueryClient();
  const keys = `${pathOf(projectId, endpointId)}/signing-keys`;
  return useMutation({
    mutationFn: (action: { readonly do: 'rotate' } | { readonly do: 'activate' | 'delete'; readonly keyId: string }) =>
      action.do === 'rotate'
        ? request<unknown>('POST', keys)
        : action.do === 'activate'
          ? request<unknown>('POST', `${keys}/${action.keyId}/activate`)
          : request<unknown>('DELETE', `${keys}/${action.keyId}`),
    onSuccess: () => client.invalidateQueries({ queryKey: keyOf(projectId, 'signing-keys', endpointId) }),
  });
}
