import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startScriptedReceiver, uniqueName, waitFor, type Arrival, type ScriptedReceiver } from '#libs/testkit';
import { createApiClient, type ApiClient } from '../../tools/api-client.js';
import { eventRecord, registerCustomer } from '../harness/customer.js';
import { startSystem, type Service, type System } from '../harness/system.js';

/*
 * An operator's hands, through the whole pipeline. Oracles: what a customer's receiver took, and what the API says then.
 * The ladder's delays are longer than the spec: what is tried again was tried by an operator.
 */

let system: System;
let recorder: Service;
let client: ApiClient;
let receiver: ScriptedReceiver;

beforeAll(async () => {
  system = await startSystem(undefined, '60m,60m');
  const [api, recording, ...others] = await Promise.all(
    (['api', 'recorder', 'router', 'delivery-custom'] as const).map((name) => system.start(name)),
  );
  recorder = recording!;
  await Promise.all([api!, recorder, ...others].map((service) => service.ready()));
  client = createApiClient(`http://127.0.0.1:${api!.port}`, system.adminToken);
}, 60_000);
afterAll(() => system?.close(), 60_000);

beforeEach(async () => {
  receiver = await startScriptedReceiver();
});
afterEach(() => receiver.close());

interface Row {
  readonly id: string;
  readonly status: string;
  readonly attemptCount: number;
  readonly redriveCount: number;
  readonly reason: string | null;
}
interface LaneShown {
  readonly id: string;
  readonly head: { readonly deliveryId: string; readonly attempts: number };
  readonly followers: number;
}

const eventOf = ({ headers }: Arrival) => String(headers['x-recho-event-id']);
const until = <T>(what: string, look: () => Promise<T | null>) => waitFor(what, look, { timeoutMs: 20_000 });

async function newCustomer() {
  const { projectId, endpointIds } = await registerCustomer(system.databaseUrl, [receiver.url]);
  const base = `/v1/projects/${projectId}`;
  const callId = uniqueName('call');
  return {
    base,
    endpoint: `${base}/endpoints/${endpointIds[0]}`,
    publish: (...ids: string[]) => system.produce(ids.map((id) => eventRecord(projectId, callId, id))),
    rows: (path: string) => client.list<Row>(`${base}/${path}`),
    lane: (followers: number) =>
      until('the lane, with its followers', async () => {
        const [lane] = await client.list<LaneShown>(`${base}/lanes`);
        return lane?.followers === followers ? lane : null;
      }),
  };
}

describe('dead letters that are sent again', () => {
  it('arrive in the order of their call, behind what followed them, recognisable; the history and the audit know', async () => {
    const { base, publish, rows } = await newCustomer();
    receiver.answerWith((arrival) => ({ status: eventOf(arrival).startsWith('bad') ? 400 : 200 }));
    await publish('bad-1', 'bad-2', 'good', 'bad-3');
    const before = [...(await receiver.until(4))];
    await until('the dead letters', async () => ((await rows('dead-letters')).length === 3 ? true : null));

    receiver.answerWith(() => ({ status: 200 }));
    const { redriveId } = await client.call<{ redriveId: string }>('POST', `${base}/dead-letters/redrive`, {});
    const again = (await receiver.until(7)).slice(4);
    expect(again.map(eventOf)).toEqual(['bad-1', 'bad-2', 'bad-3']);
    const ids = (arrivals: readonly Arrival[]) => arrivals.map(({ headers }) => headers['x-recho-delivery-id']);
    expect(ids(again)).toEqual(ids(before.filter((arrival) => eventOf(arrival) !== 'good')));
    for (const { headers } of again) expect(headers).toMatchObject({ 'x-recho-redrive': '1', 'x-recho-attempt': '1' });
    expect(before.some(({ headers }) => 'x-recho-redrive' in headers)).toBe(false);

    await until('the history', async () => ((await rows('deliveries?status=delivered')).length === 4 ? true : null));
    const counts = (await rows('deliveries')).map(
      ({ redriveCount, attemptCount }) => `${redriveCount} ${attemptCount}`,
    );
    expect(counts.toSorted()).toEqual(['0 1', '1 1', '1 1', '1 1']);
    expect(await client.call('GET', `${base}/dead-letters/redrives/${redriveId}`)).toMatchObject({
      ...{ state: 'finished', sent: 3 },
    });
    expect(await recorder.metric('recho_order_violations_total')).toBe(0);
  });
});

describe('a lane that waits', () => {
  it('is tried at once when an operator says so, and all of it goes on', async () => {
    const { base, publish, lane, rows } = await newCustomer();
    receiver.answerWith(() => ({ status: 503 }));
    await publish('head', 'next', 'last');
    const waiting = await lane(2);
    expect(waiting.head.attempts).toBe(1);
    await until('the history', async () => ((await rows('deliveries?status=waiting')).length === 2 ? true : null));

    receiver.answerWith(() => ({ status: 200 }));
    await client.call('POST', `${base}/lanes/${waiting.id}/retry`, { deliveryId: waiting.head.deliveryId });
    const arrivals = await receiver.until(4);
    expect(arrivals.map((arrival) => `${eventOf(arrival)} ${arrival.headers['x-recho-attempt']}`)).toEqual([
      ...['head 1', 'head 2', 'next 1', 'last 1'],
    ]);
    await until('its end', async () => ((await rows('lanes')).length === 0 ? true : null));
    await until('the history', async () => ((await rows('deliveries?status=delivered')).length === 3 ? true : null));
    await expect(client.call('POST', `${base}/lanes/${waiting.id}/retry`)).rejects.toThrow(/answered 404/);
  });

  it('goes on without its head when an operator skips it; the head is a dead letter, and says why', async () => {
    const { base, publish, lane, rows } = await newCustomer();
    receiver.answerWith((arrival) => ({ status: eventOf(arrival) === 'head' ? 503 : 200 }));
    await publish('head', 'next');
    const waiting = await lane(1);
    await client.call('POST', `${base}/lanes/${waiting.id}/skip`);
    const arrivals = await receiver.until(2);
    expect(arrivals.map(eventOf)).toEqual(['head', 'next']);
    const [dead] = await until('the dead letter', async () => {
      const found = await rows('dead-letters');
      return found.length === 1 ? found : null;
    });
    expect(dead).toMatchObject({ id: waiting.head.deliveryId, attemptCount: 1 });
    expect(dead?.reason).toMatch(/^skipped_by_operator: /);
  });
});

describe('an endpoint that is switched off', () => {
  it.each([
    ['disabled', 'PATCH', { enabled: false }],
    ['deleted', 'DELETE', undefined],
  ] as const)(
    '(%s) ends what waits for it as skipped, at once and visibly, and is not called',
    async (how, method, body) => {
      const { endpoint, publish, lane, rows } = await newCustomer();
      receiver.answerWith(() => ({ status: 503 }));
      await publish('head', 'next', 'last');
      await lane(2);

      await client.call(method, endpoint, body);
      const skipped = await until('what waited to be skipped', async () => {
        const found = await rows('deliveries?status=skipped');
        return found.length === 3 ? found : null;
      });
      for (const { reason } of skipped) expect(reason).toMatch(new RegExp(`^endpoint_${how}: `));
      expect(await rows('lanes')).toEqual([]);
      expect(receiver.arrivals.map(eventOf)).toEqual(['head']);
    },
  );

  it('has its target mended instead: what waits goes to the new one', async () => {
    const { endpoint, base, publish, lane } = await newCustomer();
    receiver.answerWith(() => ({ status: 503 }));
    await publish('head', 'next');
    const waiting = await lane(1);
    const mended = await startScriptedReceiver();
    await client.call('PATCH', endpoint, { target: mended.url });
    await client.call('POST', `${base}/lanes/${waiting.id}/retry`);
    expect((await mended.until(2)).map(eventOf)).toEqual(['head', 'next']);
    const targets = await until('the history', async () => {
      const { attempts } = await client.call<{ attempts: { target: string }[] }>(
        'GET',
        `${base}/deliveries/${waiting.head.deliveryId}`,
      );
      return attempts.length === 2 ? attempts.map(({ target }) => target) : null;
    });
    expect(targets).toEqual([receiver.url, mended.url]);
    await mended.close();
  });
});
