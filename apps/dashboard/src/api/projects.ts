import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { allPages } from './all-pages.js';
import { get, request } from './client.js';
import { keyOf } from './keys.js';
import type { Project } from './types.js';

const ALL = ['projects'];

/** Of the page's address: every page but the welcome is one of a project. */
export function useProjectId(): string {
  const { projectId } = useParams();
  if (projectId === undefined) throw new Error('this page has no project in its address');
  return projectId;
}

export function useProject(projectId: string) {
  return useQuery({
    queryKey: keyOf(projectId, 'project'),
    queryFn: ({ signal }) => get<Project>(`/projects/${projectId}`, {}, signal),
  });
}

/** For the operator alone. */
export function useProjects(enabled: boolean) {
  return useQuery({ queryKey: ALL, queryFn: ({ signal }) => allPages<Project>('/projects', signal), enabled });
}

export function useCreateProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => request<Project>('POST', '/projects', { name }),
    onSuccess: () => client.invalidateQueries({ queryKey: ALL }),
  });
}

export function useRenameProject(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => request<Project>('PATCH', `/projects/${projectId}`, { name }),
    onSuccess: async (project) => {
      client.setQueryData(keyOf(projectId, 'project'), project);
      await client.invalidateQueries({ queryKey: ALL });
    },
  });
}

export function useDeleteProject(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<undefined>('DELETE', `/projects/${projectId}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ALL }),
  });
}
