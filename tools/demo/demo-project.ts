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

  const endpoint = async (name: string, path: string, authType: 'NONE' | 'BEARER'): Promise<DemoEndpoint> => {
    const id = await ensureEndpoint(api, { name, endpointType: 'CUSTOM', target: `${receiver}${path}`, authType });
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

/** Made once, by its name, and given its settings of now. @returns its id. */
export async function ensureEndpoint(
  api: ApiClient,
  settings: {
    readonly name: string;
    readonly endpointType: string;
    readonly target: string;
    readonly authType?: string;
  },
): Promise<string> {
  const path = `/v1/projects/${DEMO_PROJECT_ID}/endpoints`;
  const found = (await api.list<Endpoint>(path)).find(({ name }) => name === settings.name);
  const { endpointType, ...change } = settings;
  const { id } =
    found === undefined
      ? await api.call<Endpoint>('POST', path, { ...change, endpointType })
      : await api.call<Endpoint>('PATCH', `${path}/${found.id}`, change);
  return id;
}

async function ensureProject(api: ApiClient): Promise<void> {
  try {
    await api.call('GET', `/v1/projects/${DEMO_PROJECT_ID}`);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    await api.call('POST', '/v1/projects', { id: DEMO_PROJECT_ID, name: 'Demo' });
  }
}
