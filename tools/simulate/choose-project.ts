import { ApiError, type ApiClient } from '../api-client.js';
import { DEMO_PROJECT_ID } from '../demo/demo-project.js';

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
}

/**
 * The project to play for: the one that is named, else the newest that is not the demo's, else the demo's.
 * @throws Error in a sentence that says what to do.
 */
export async function chooseProject(api: ApiClient, wanted: string | undefined): Promise<Project> {
  if (wanted === undefined) {
    const projects = await api.list<Project>('/v1/projects');
    const newestFirst = projects.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
    const chosen = newestFirst.find(({ id }) => id !== DEMO_PROJECT_ID) ?? newestFirst[0];
    if (chosen === undefined) throw new Error(`there is no project yet: create one with POST ${api.url}/v1/projects`);
    return chosen;
  }
  try {
    return await api.call<Project>('GET', `/v1/projects/${encodeURIComponent(wanted)}`);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500 || error.status === 401) throw error;
    const known = (await api.list<Project>('/v1/projects')).map(({ id, name }) => `${id} (${name})`).join(', ');
    throw new Error(`there is no project ${wanted}; there is ${known || 'none at all'}`, { cause: error });
  }
}

/** True when an event of some type would go to an endpoint. */
export async function hasTriggers(api: ApiClient, projectId: string): Promise<boolean> {
  const { triggers } = await api.call<{ triggers: Record<string, string[]> }>(
    'GET',
    `/v1/projects/${projectId}/triggers`,
  );
  return Object.values(triggers).some((endpoints) => endpoints.length > 0);
}
