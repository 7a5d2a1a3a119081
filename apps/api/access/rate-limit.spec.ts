import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApiWithDatabase, type RunningApi } from '../../../test/integration/running-api.js';
import type { MadeApiKey } from './api-key.schemas.js';

/* How many requests a caller has, and how large they may be, over HTTP. Oracle: the API's answers. */

const MOST = 10;
const PATH = '/v1/event-types';

let limited: RunningApi;
let free: RunningApi;
beforeAll(async () => {
  limited = await startApiWithDatabase({ API_RATE_LIMIT: String(MOST) });
  free = await startApiWithDatabase({ API_RATE_LIMIT: '0' });
}, 60_000);
afterAll(async () => {
  await limited?.close();
  await free?.close();
});

/** All at once, so that they are within one second. */
async function burst(api: RunningApi, path: string, tokens: readonly string[]): Promise<number[]> {
  const answers = tokens.map((token) => api.call('GET', path, undefined, { authorization: `Bearer ${token}` }));
  return (await Promise.all(answers)).map(({ status }) => status);
}

const count = (statuses: readonly number[], status: number) => statuses.filter((one) => one === status).length;
const times = (token: string, n = MOST * 5) => Array.from({ length: n }, () => token);

async function newKey(api: RunningApi): Promise<string> {
  const { body: project } = await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' });
  const path = `/v1/projects/${project.id}/api-keys`;
  const { key } = (await api.call<MadeApiKey>('POST', path, { name: 'K', role: 'read' })).body;
  await api.call('GET', PATH, undefined, { authorization: `Bearer ${key}` });
  return key;
}

describe('requests', () => {
  it('beyond the limit are refused in words with when to come again; another caller is not held up', async () => {
    const [busy, calm] = [await newKey(limited), await newKey(limited)];
    const statuses = await burst(limited, PATH, times(busy));
    expect([count(statuses, 200) >= MOST - 1, count(statuses, 429) > 0]).toEqual([true, true]);
    expect(count(statuses, 200) + count(statuses, 429)).toBe(statuses.length);
    expect(await burst(limited, PATH, [calm])).toEqual([200]);
    const refused = (
      await Promise.all(
        times(busy).map(() => limited.call('GET', PATH, undefined, { authorization: `Bearer ${busy}` })),
      )
    ).find(({ status }) => status === 429);
    expect(refused?.type).toMatch(/^application\/problem\+json/);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(refused?.body).toMatchObject({ type: 'urn:recho:problem:too_many_requests', status: 429 });
  });

  it('with guessed tokens are counted together, by the address', async () => {
    const guesses = Array.from({ length: MOST * 5 }, (_, n) => `guess-${n}`);
    const statuses = await burst(limited, PATH, guesses);
    expect([count(statuses, 401) > 0, count(statuses, 429) > 0, count(statuses, 200)]).toEqual([true, true, 0]);
  });

  it('of probes and scrapers are not counted', async () => {
    for (const path of ['/health/live', '/metrics']) {
      expect(count(await burst(limited, path, times('none')), 200)).toBe(MOST * 5);
    }
  });

  it('are not counted where the limit is off', async () => {
    expect(count(await burst(free, PATH, times(await newKey(free))), 200)).toBe(MOST * 5);
  });
});

describe('a body', () => {
  it('may be as large as an event where there are events and triggers, and less elsewhere', async () => {
    const { body: project } = await free.call<{ id: string }>('POST', '/v1/projects', { name: 'P' });
    const sized = (kib: number) => ({ name: 'x'.repeat(kib * 1024) });
    const status = async (method: string, path: string, kib: number) =>
      (await free.call(method, `/v1/projects${path}`, sized(kib))).status;
    expect([await status('POST', '', 63), await status('POST', '', 65)]).toEqual([422, 413]);
    const events = `/${project.id}/events`;
    expect([await status('POST', events, 500), await status('POST', events, 513)]).toEqual([422, 413]);
    const triggers = `/${project.id}/triggers`;
    expect([await status('PUT', triggers, 500), await status('PUT', triggers, 513)]).toEqual([422, 413]);
  });
});
