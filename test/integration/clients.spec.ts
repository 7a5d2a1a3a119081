import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApiClient, type ApiClient } from '../../tools/api-client.js';
import { DEMO_PROJECT_ID, registerDemo } from '../../tools/demo/demo-project.js';
import { chooseProject, hasTriggers } from '../../tools/simulate/choose-project.js';
import { ADMIN_TOKEN, startApiWithDatabase, type RunningApi } from './running-api.js';

/* The tools are clients of the REST API like anybody else: here they meet the real one. */

let api: RunningApi;
let client: ApiClient;
beforeAll(async () => {
  api = await startApiWithDatabase({ ALLOW_HTTP_TARGETS: 'true', ALLOW_PRIVATE_TARGETS: 'true' });
  client = createApiClient(api.url, ADMIN_TOKEN);
}, 60_000);
afterAll(() => api?.close());

describe('the demo', () => {
  it('registers its project, and again at the next start, with the same endpoints', async () => {
    const first = await registerDemo(client, 'http://127.0.0.1:4000');
    const second = await registerDemo(client, 'http://127.0.0.1:4001');
    expect([second.id, second.crm.id, second.billing.id]).toEqual([DEMO_PROJECT_ID, first.crm.id, first.billing.id]);
    expect(await client.list(`/v1/projects/${DEMO_PROJECT_ID}/endpoints`)).toMatchObject([
      { name: 'CRM', target: 'http://127.0.0.1:4001/crm', authType: 'NONE' },
      { name: 'Billing', target: 'http://127.0.0.1:4001/billing', authType: 'BEARER' },
    ]);
    const shown = await client.call(
      'GET',
      `/v1/projects/${second.id}/endpoints/${second.billing.id}/credentials/bearer`,
    );
    expect(shown).toMatchObject({ token: second.billing.token });
    expect(await hasTriggers(client, DEMO_PROJECT_ID)).toBe(true);
  });
});

describe('the simulator', () => {
  it("plays for the newest project that is not the demo's, and knows one that does not exist", async () => {
    expect(await chooseProject(client, undefined)).toMatchObject({ id: DEMO_PROJECT_ID });
    await client.call('POST', '/v1/projects', { name: 'Older' });
    const newest = await client.call<{ id: string }>('POST', '/v1/projects', { name: 'Newest' });
    expect(await chooseProject(client, undefined)).toMatchObject({ id: newest.id, name: 'Newest' });
    expect(await hasTriggers(client, newest.id)).toBe(false);
    await expect(chooseProject(client, 'nobody')).rejects.toThrow(/^there is no project nobody; there is .*\(Demo\)/);
  });
});
