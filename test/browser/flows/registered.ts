import type { Stage } from '../stage.js';

export interface Registered {
  readonly projectId: string;
  readonly endpointId: string;
  /** Of its routes. */
  readonly base: string;
}

/** A project with one CUSTOM endpoint that gets every event. */
export async function projectWith({ api }: Stage, name: string, target: string): Promise<Registered> {
  const { id: projectId } = await api.call<{ id: string }>('POST', '/v1/projects', { name });
  const base = `/v1/projects/${projectId}`;
  const settings = { name: 'CRM', endpointType: 'CUSTOM', target };
  const { id: endpointId } = await api.call<{ id: string }>('POST', `${base}/endpoints`, settings);
  const types = await api.list<{ eventType: string }>('/v1/event-types');
  const triggers = Object.fromEntries(types.map(({ eventType }) => [eventType, [endpointId]]));
  await api.call('PUT', `${base}/triggers`, { triggers });
  return { projectId, endpointId, base };
}

/** Publishes one event of the call, as a producer without Kafka does. @returns its id. */
export async function publish({ api }: Stage, base: string, callId: string, type: string): Promise<string> {
  const { eventId } = await api.call<{ eventId: string }>('POST', `${base}/events`, {
    eventType: type,
    occurredAt: new Date().toISOString(),
    data: { callId, callStatus: type.slice(type.lastIndexOf('_') + 1) },
  });
  return eventId;
}
