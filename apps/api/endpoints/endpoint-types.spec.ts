import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startApiWithDatabase, type RunningApi } from '../../../test/integration/running-api.js';
import type { Endpoint } from './endpoint.schemas.js';

/** A change does not tell the endpoint's type: it is judged by that of the endpoint that is there. */

let api: RunningApi;
let base: string;
const EMAIL = { name: 'On call', endpointType: 'EMAIL', target: 'ops@example.com' };
const CUSTOM = { name: 'CRM', endpointType: 'CUSTOM', target: 'https://example.com/hook' };

beforeAll(async () => {
  api = await startApiWithDatabase();
  base = `/v1/projects/${(await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' })).body.id}`;
}, 60_000);
afterAll(() => api?.close());

async function newEndpoint(settings: object): Promise<Endpoint> {
  const { status, body } = await api.call<Endpoint>('POST', `${base}/endpoints`, settings);
  expect(status).toBe(201);
  return body;
}

it('an EMAIL endpoint has an address for its target, and stays so', async () => {
  const endpoint = await newEndpoint(EMAIL);
  expect(endpoint).toMatchObject({ endpointType: 'EMAIL', target: 'ops@example.com', authType: 'NONE' });
  const path = `${base}/endpoints/${endpoint.id}`;
  for (const [change, detail] of [
    [{ target: 'https://example.com/hook' }, /^target is refused: .* use name@example.com/],
    [{ target: 'ops@example.com\r\nBcc: evil@example.org' }, /^target is refused/],
    [{ authType: 'BEARER' }, /^authType is BEARER, which is for CUSTOM endpoints; use NONE/],
  ] as const) {
    const { status, body } = await api.call<{ detail: string }>('PATCH', path, change);
    expect([status, body.detail]).toEqual([422, expect.stringMatching(detail)]);
  }
  const changed = await api.call<Endpoint>('PATCH', path, { target: 'night@example.com', authType: 'NONE' });
  expect(changed.body).toMatchObject({ target: 'night@example.com', authType: 'NONE' });
  const custom = await newEndpoint(CUSTOM);
  expect((await api.call('PATCH', `${base}/endpoints/${custom.id}`, { target: 'ops@example.com' })).status).toBe(422);
});

it.each(['SLACK', 'TEAMS'])('an endpoint of type %s has a webhook URL for its target', async (endpointType) => {
  const target = 'https://hooks.example.com/services/T0/B0/x';
  expect(await newEndpoint({ name: 'Chat', endpointType, target })).toMatchObject({
    endpointType,
    target,
    authType: 'NONE',
  });
});
