import { EVENT_CATALOGUE, type EventType } from '#libs/contracts';
import { ApiError, type ApiClient } from '../api-client.js';

/** The same at every start, so that the demo can be played again and again. */
export const DEMO_PROJECT_ID = 'de300000-0000-4000-8000-000000000001';

export interface DemoEndpoint {
  readonly id: string;
  readonly name: string;
  /** null: authType NONE. */
  readonly token: string | null;
}

export interface DemoProject {
  readonly id: string;
  /** Gets every event. */
  readonly crm: DemoEndpoint;
  /** Gets how calls ended, with a bearer token. */
  readonly billing: DemoEndpoint;
}

/** The types that end a call: what someone who bills calls wants to know. */
export const ENDINGS: readonly EventType[] = [
  'OUTBOUND_CALL_COMPLETED',
  'OUTBOUND_CALL_EXPIRED',
  'OUTBOUND_CALL_CANCELED',
  'OUTBOUND_CALL_MAX_ATTEMPTS_REACHED',
  'OUTBOUND_CALL_ERROR',
  'INBOUND_CALL_COMPLETED',
  'INBOUND_CALL_CONCURRENCY_LIMIT_EXCEEDED',
  'INBOUND_CALL_ERROR',
];

interface Endpoint {
  readonly id: string;
  readonly name: string;
}

/** Registers the demo's project, endpoints and triggers as anyone would, through the REST API; repeatable. */
export async function registerDemo(api: ApiClient, receiver: string): Promise<DemoProject> {
  await ensureProject(api);
  const base = `/v1/projects/${DEMO_PROJECT_ID}`;
  const existing = await api.list<Endpoint>(`${base}/endpoints`);

  const endpoint = async (name: string, path: string, authType: 'NONE' | 'BEARER'): Promise<DemoEndpoint> => {
    const settings = { name, target: `${receiver}${path}`, authType };
    const found = existing.find((one) => one.name === name);
    const { id } =
      found === undefined
        ? await api.call<Endpoint>('POST', `${base}/endpoints`, { ...settings, endpointType: 'CUSTOM' })
        : await api.call<Endpoint>('PATCH', `${base}/endpoints/${found.id}`, settings);
    if (authType === 'NONE') return { id, name, token: null };
    const { token } = await api.call<{ token: string }>('PUT', `${base}/endpoints/${id}/credentials/bearer`, {});
    return { id, name, token };
  };

  const crm = await endpoint('CRM', '/crm', 'NONE');
  const billing = await endpoint('Billing', '/billing', 'BEARER');
  const triggers = Object.fromEntries(
    EVENT_CATALOGUE.map(({ eventType }) => [eventType, ENDINGS.includes(eventType) ? [crm.id, billing.id] : [crm.id]]),
  );
  await api.call('PUT', `${base}/triggers`, { triggers });
  return { id: DEMO_PROJECT_ID, crm, billing };
}

async function ensureProject(api: ApiClient): Promise<void> {
  try {
    await api.call('GET', `/v1/projects/${DEMO_PROJECT_ID}`);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    await api.call('POST', '/v1/projects', { id: DEMO_PROJECT_ID, name: 'Demo' });
  }
}
