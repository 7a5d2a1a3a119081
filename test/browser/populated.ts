import { waitFor } from '#libs/testkit';
import type { Shown } from './page-list.js';
import type { Stage } from './stage.js';

export interface Populated extends Shown {
  readonly deliveryId: string;
}

const NAME = 'Acme Support';
const WAITING_CALL = 'call-7f3a-0412';

/** By stage: it is made once, and only looked at. */
const made = new WeakMap<Stage, Promise<Populated>>();

/** A project in which there is something on every page: delivered, waiting and given up, credentials, keys, changes. */
export function populated(stage: Stage): Promise<Populated> {
  const known = made.get(stage) ?? make(stage);
  made.set(stage, known);
  return known;
}

async function make({ api, answering }: Stage): Promise<Populated> {
  const { id: projectId } = await api.call<{ id: string }>('POST', '/v1/projects', { name: NAME });
  const base = `/v1/projects/${projectId}`;
  const types = (await api.list<{ eventType: string }>('/v1/event-types')).map(({ eventType }) => eventType);
  const add = async (settings: object): Promise<string> =>
    (await api.call<{ id: string }>('POST', `${base}/endpoints`, settings)).id;
  const archive = await add({
    ...{ name: 'Call archive', endpointType: 'CUSTOM', target: answering('archive', 200), authType: 'BEARER' },
    contentKey: 'archive-v2',
  });
  const oncall = await add({ name: '#oncall', endpointType: 'SLACK', target: answering('services/T0/B0/oncall', 200) });
  const billing = await add({ name: 'Billing', endpointType: 'CUSTOM', target: answering('billing', 400) });
  const crm = await add({
    ...{ name: 'CRM', endpointType: 'CUSTOM', target: answering('crm', 503), authType: 'SIGNATURE_RSA_SHA256' },
  });
  await api.call('PUT', `${base}/endpoints/${archive}/credentials/bearer`, {});
  await api.call('PUT', `${base}/triggers`, {
    triggers: Object.fromEntries(
      types.map((type) => [
        type,
        [
          archive,
          ...(type.endsWith('_ERROR') ? [oncall] : []),
          ...(type.endsWith('_COMPLETED') ? [billing] : []),
          ...(type.startsWith('OUTBOUND_') ? [crm] : []),
        ],
      ]),
    ),
  });
  for (const [name, role] of [
    ['Ana (on call)', 'admin'],
    ['Grafana', 'read'],
  ]) {
    await api.call('POST', `${base}/api-keys`, { name, role });
  }
  const publish = (callId: string, eventType: string, errors: readonly object[] = []): Promise<unknown> =>
    api.call('POST', `${base}/events`, {
      ...{ eventType, occurredAt: new Date().toISOString(), errors },
      data: { callId, callStatus: eventType.slice(eventType.lastIndexOf('_') + 1), callSid: 'CA81f0', clientId: null },
    });
  for (let call = 0; call < 8; call++) {
    const direction = call % 3 === 0 ? 'OUTBOUND' : 'INBOUND';
    for (const step of ['CALLING', 'CLOSING', 'COMPLETED'])
      await publish(`call-91c4-0${410 + call}`, `${direction}_CALL_${step}`);
  }
  for (const step of ['CALLING', 'CLOSING', 'COMPLETED']) await publish(WAITING_CALL, `OUTBOUND_CALL_${step}`);
  await publish('call-2be0-0423', 'INBOUND_CALL_ERROR', [
    {
      ...{ code: 'NETWORK_ERROR', message: 'Connection lost', timestamp: new Date().toISOString() },
      ...{ where: 'InboundCallAdapter.connect', phase: 'CONNECTING', stacktrace: '' },
    },
  ]);
  const has = async (query: string): Promise<boolean> => (await api.list(`${base}/deliveries?${query}`)).length > 0;
  await waitFor(
    'the populated project to have every kind of delivery',
    async () =>
      (await has(`callId=call-2be0-0423&endpointId=${oncall}&status=delivered`)) &&
      (await has(`callId=${WAITING_CALL}&endpointId=${archive}&eventType=OUTBOUND_CALL_COMPLETED&status=delivered`)) &&
      (await has(`callId=${WAITING_CALL}&status=retrying`)) &&
      (await has('status=dead_lettered')),
    { timeoutMs: 30_000 },
  );
  const [delivery] = await api.list<{ id: string }>(`${base}/deliveries?callId=${WAITING_CALL}&status=retrying`);
  return { projectId, callId: WAITING_CALL, deliveryId: delivery!.id };
}
