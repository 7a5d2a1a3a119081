import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { parseCallEvent } from '#libs/contracts';
import { createKafka, ensureTopics, HEADERS, TOPICS } from '#libs/kafka';
import { createDataSource, migrate } from '#libs/storage';
import { createDatabase, startKafka, waitFor, type TestKafka } from '#libs/testkit';
import { startApi, type RunningApi } from '../../../test/integration/running-api.js';
import { watchTopic, type TopicWatch } from '../../../test/integration/watch-topic.js';

/*
 * Events over HTTP into a real Kafka. Oracle: what a consumer reads from calls.events, up to an event that is published
 * last (a marker), so that "not published" is seen and not slept for.
 */

let kafka: TestKafka;
let database: string;
let api: RunningApi;
let topic: TopicWatch;
let projectId: string;
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

beforeAll(async () => {
  kafka = await startKafka();
  await ensureTopics(createKafka({ brokers: [kafka.brokers], clientId: 'spec', tls: false, log }), {
    partitions: 1,
    replicationFactor: 1,
  });
  database = await createDatabase();
  await migrate(database);
  api = await startApi({ DATABASE_URL: database, KAFKA_BROKERS: kafka.brokers });
  await api.untilReady();
  topic = await watchTopic(kafka.brokers, TOPICS.events);
  projectId = (await api.call<{ id: string }>('POST', '/v1/projects', { name: 'P' })).body.id;
}, 60_000);
afterAll(async () => {
  await topic?.close();
  await api?.close();
  await kafka?.stop();
});

function eventOf(callId: string, more: object = {}) {
  return {
    eventType: 'OUTBOUND_CALL_ERROR',
    occurredAt: '2026-05-12T12:24:00+02:00',
    data: { callId, callStatus: 'CALLING', callSid: 'CA1', clientId: null },
    errors: [{ code: 'NETWORK_ERROR', message: 'lost' }],
    ...more,
  };
}

const publish = (body: unknown, headers?: Record<string, string>) =>
  api.call<{ eventId: string; detail: string }>('POST', `/v1/projects/${projectId}/events`, body, headers);

/** Everything of the call that is in Kafka now. `timeoutMs`: how long the spec's own reader may take to be there. */
async function publishedOf(callId: string, timeoutMs = 30_000) {
  const marker = `marker-${randomUUID()}`;
  expect((await publish(eventOf(marker))).status).toBe(202);
  await waitFor('the marker', () => topic.of(marker).length > 0, { timeoutMs });
  return topic.of(callId);
}

describe('an event', () => {
  it('is in Kafka when it is answered: normalised, keyed by its call, with the id of the answer', async () => {
    const callId = `call/${randomUUID()}`;
    const { status, body } = await publish(eventOf(callId, { unknown: 'ignored' }));
    expect(status).toBe(202);
    const [record, ...more] = await publishedOf(callId);
    expect(more).toEqual([]);
    expect(record?.value).toEqual({
      ...{ eventId: body.eventId, projectId, eventType: 'OUTBOUND_CALL_ERROR', occurredAt: '2026-05-12T10:24:00.000Z' },
      data: { callId, callStatus: 'CALLING', callSid: 'CA1', clientId: null },
      errors: [
        {
          ...{ code: 'NETWORK_ERROR', message: 'lost', timestamp: '2026-05-12T10:24:00.000Z' },
          ...{ where: '', phase: '', stacktrace: '' },
        },
      ],
    });
    expect(record?.header(HEADERS.onlyEndpoint)).toBeUndefined();
  });

  it("keeps its producer's id, and continues its trace", async () => {
    const callId = randomUUID();
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const { body } = await publish(eventOf(callId, { eventId: 'mine-1' }), {
      traceparent: `00-${trace}-00f067aa0ba902b7-01`,
    });
    expect(body).toEqual({ eventId: 'mine-1' });
    const [record] = await publishedOf(callId);
    expect(record?.value['eventId']).toBe('mine-1');
    expect(record?.header('traceparent')).toMatch(new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
  });

  it.each([
    ['no data', { data: undefined }],
    ['no callId', { data: { callStatus: 'X' } }],
    ['an unknown type', { eventType: 'OUTBOUND_CALL_VANISHED' }],
    ['a time without a zone', { occurredAt: '2026-05-12T10:24:00' }],
    ['a number for a text', { data: { callId: 'c', callStatus: 7 } }],
    ['errors that are none', { errors: 'none' }],
    ['a callId that is too long', { data: { callId: 'c'.repeat(257), callStatus: 'X' } }],
  ])('with %s is refused in the words in which Kafka would have it rejected', async (_, more) => {
    const bad = eventOf('c', more);
    const asRecord = { ...bad, projectId, eventId: 'e' };
    const parsed = parseCallEvent(Buffer.from(JSON.stringify(asRecord)), Buffer.from('c'), {
      epoch: '',
      partition: 0,
      offset: 0,
    });
    if (parsed.ok) throw new Error('the record is not bad');
    const { status, body } = await publish(bad);
    expect(body).toMatchObject({ detail: parsed.reason.message, type: `urn:recho:problem:${parsed.reason.code}` });
    expect(status).toBe(422);
  });

  it('that would be too large as a record is refused with its size, although its body was not', async () => {
    const errors = [{ code: 'X', message: 'm'.repeat(262_000) }];
    const { status, body } = await publish(eventOf('large', { errors }));
    expect(status).toBe(413);
    expect(body.detail).toMatch(/^the value has 262\d\d\d bytes, at most 262144 are taken/);
    errors[0]!.message = 'm'.repeat(261_000);
    expect((await publish(eventOf('large', { errors }))).status).toBe(202);
  });

  it.each([[[]], ['"text"'], ['7'], ['null'], [undefined]])('that is no object is refused: %j', async (body) => {
    expect(await publish(body)).toMatchObject({
      status: 422,
      body: { detail: expect.stringMatching(/must be an object/) },
    });
  });

  it("of another project is refused, and its own project's id is taken", async () => {
    const other = await publish(eventOf('c', { projectId: randomUUID() }));
    expect(other).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('is not the project of the path') },
    });
    expect((await publish(eventOf('c', { projectId: projectId.toUpperCase() }))).status).toBe(202);
  });

  it('for a project that does not exist is a 404', async () => {
    const { status, body } = await api.call('POST', `/v1/projects/${randomUUID()}/events`, eventOf('c'));
    expect([status, body['type']]).toEqual([404, 'urn:recho:problem:not_found']);
  });
});

describe('an Idempotency-Key', () => {
  const keyed = (body: unknown, key: string) => publish(body, { 'idempotency-key': key });

  it('makes a repeated request the same event, published once; without one there are two', async () => {
    const [withKey, without] = [randomUUID(), randomUUID()];
    const key = randomUUID();
    const first = await keyed(eventOf(withKey), key);
    const second = await keyed(eventOf(withKey), key);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body.eventId).toBe(first.body.eventId);
    await publish(eventOf(without));
    await publish(eventOf(without));
    expect((await publishedOf(withKey)).map(({ value }) => value['eventId'])).toEqual([first.body.eventId]);
    expect(await publishedOf(without)).toHaveLength(2);
  });

  it('makes requests at the same time one event', async () => {
    const callId = randomUUID();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 12 }, () => keyed(eventOf(callId), key)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(new Set(answers.map(({ body }) => body.eventId)).size).toBe(1);
    expect(await publishedOf(callId)).toHaveLength(1);
  });

  it('used for another event is refused, and nothing is published; in another project it is another key', async () => {
    const key = randomUUID();
    const callId = randomUUID();
    await keyed(eventOf(randomUUID()), key);
    expect(await keyed(eventOf(callId), key)).toMatchObject({
      status: 422,
      body: { type: 'urn:recho:problem:idempotency_key_reused' },
    });
    expect(await publishedOf(callId)).toEqual([]);
    const other = await api.call<{ id: string }>('POST', '/v1/projects', { name: 'Other' });
    const path = `/v1/projects/${other.body.id}/events`;
    expect((await api.call('POST', path, eventOf(callId), { 'idempotency-key': key })).status).toBe(202);
    expect(await publishedOf(callId)).toHaveLength(1);
  });

  it('whose request died between its row and Kafka publishes again, under the same id', async () => {
    const key = randomUUID();
    const callId = randomUUID();
    const first = await keyed(eventOf(callId), key);
    const source = await createDataSource(database).initialize();
    await source.query('UPDATE idempotency_keys SET published_at = NULL WHERE key = $1', [key]);
    await source.destroy();
    const second = await keyed(eventOf(callId), key);
    expect(second).toMatchObject({ status: 202, body: first.body });
    const third = await keyed(eventOf(callId), key);
    expect(third.body).toEqual(first.body);
    expect((await publishedOf(callId)).map(({ value }) => value['eventId'])).toEqual([
      first.body.eventId,
      first.body.eventId,
    ]);
  });

  it("goes with the producer's own id, too", async () => {
    const callId = randomUUID();
    const key = randomUUID();
    const one = eventOf(callId, { eventId: 'own-1' });
    expect((await keyed(one, key)).body).toEqual({ eventId: 'own-1' });
    expect((await keyed(one, key)).body).toEqual({ eventId: 'own-1' });
    expect((await keyed(eventOf(callId, { eventId: 'own-2' }), key)).status).toBe(422);
    expect(await publishedOf(callId)).toHaveLength(1);
  });

  it.each(['', 'a b', 'x'.repeat(256)])('that is none is refused: %j', async (key) => {
    expect(await keyed(eventOf('c'), key)).toMatchObject({
      status: 422,
      body: { detail: expect.stringMatching(/^Idempotency-Key must be/) },
    });
  });
});

describe('a test event', () => {
  const endpoint = async () => {
    const settings = { name: 'E', endpointType: 'CUSTOM', target: 'https://example.com/hook' };
    return (await api.call<{ id: string }>('POST', `/v1/projects/${projectId}/endpoints`, settings)).body.id;
  };

  it('goes to its endpoint alone, as a call of its own', async () => {
    const endpointId = await endpoint();
    const path = `/v1/projects/${projectId}/endpoints/${endpointId}/test`;
    const first = await api.call<{ eventId: string; callId: string }>('POST', path);
    const second = await api.call<{ eventId: string; callId: string }>('POST', path, {
      eventType: 'INBOUND_CALL_ERROR',
    });
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(first.body.callId).toMatch(/^test-[0-9a-f-]{36}$/);
    expect(second.body.callId).not.toBe(first.body.callId);
    const [completed] = await publishedOf(first.body.callId);
    expect(completed?.header(HEADERS.onlyEndpoint)).toBe(endpointId);
    expect(completed?.value).toMatchObject({
      ...{ eventId: first.body.eventId, projectId, eventType: 'OUTBOUND_CALL_COMPLETED', errors: [] },
      data: { callId: first.body.callId, callStatus: 'COMPLETED' },
    });
    const [failed] = await publishedOf(second.body.callId);
    expect(failed?.value).toMatchObject({ eventType: 'INBOUND_CALL_ERROR', errors: [{ code: 'TEST_ERROR' }] });
  });

  it('of an unknown type, or to an unknown endpoint, is refused', async () => {
    const path = `/v1/projects/${projectId}/endpoints/${await endpoint()}/test`;
    expect(await api.call('POST', path, { eventType: 'NONE' })).toMatchObject({
      status: 422,
      body: { detail: expect.stringMatching(/^eventType must be one of OUTBOUND_CALL_PENDING, /) },
    });
    const nobody = `/v1/projects/${projectId}/endpoints/${randomUUID()}/test`;
    expect((await api.call('POST', nobody)).status).toBe(404);
  });
});

describe('while Kafka is away', () => {
  it('an event is answered with 503 within seconds, readiness says so, and all goes on when it is back', async () => {
    await kafka.stop();
    try {
      const before = performance.now();
      const [plain, keyed] = await Promise.all([
        publish(eventOf('c')),
        publish(eventOf('c'), { 'idempotency-key': 'while-away' }),
      ]);
      expect(performance.now() - before).toBeLessThan(6000);
      for (const answer of [plain, keyed]) {
        expect(answer).toMatchObject({ status: 503, body: { type: 'urn:recho:problem:kafka_away', status: 503 } });
        expect(answer.headers.get('retry-after')).toBe('2');
      }
      const ready = await api.call<{ error: object }>('GET', '/health/ready');
      expect(ready).toMatchObject({ status: 503, body: { error: { kafka: { status: 'down' } } } });
      expect((await api.call('GET', `/v1/projects/${projectId}`)).status).toBe(200);
    } finally {
      await kafka.start();
    }
    await api.untilReady();
    const callId = randomUUID();
    await waitFor('an event to be taken', async () => (await publish(eventOf(callId))).status === 202, {
      timeoutMs: 20_000,
    });
    // The reader was away from Kafka, too, and joins its group again.
    expect(await publishedOf(callId, 60_000)).toHaveLength(1);
  }, 120_000);
});
