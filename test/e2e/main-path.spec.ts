import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { EVENT_CATALOGUE, type Job } from '#libs/contracts';
import { HEADERS, partitionOf, TOPICS, type OutgoingRecord } from '#libs/kafka';
import { changeSettings, createDataSource, EndpointEntity, TriggerEntity } from '#libs/storage';
import { startScriptedReceiver, uniqueName, type ScriptedReceiver } from '#libs/testkit';
import { eventRecord, registerCustomer } from '../harness/customer.js';
import { arrivedOf, judgeOrder } from '../harness/order-oracle.js';
import { PARTITIONS, startSystem, type System, type TopicRecord } from '../harness/system.js';

/** Oracles: what a customer's receiver took, judgeOrder over it, and the records that ended elsewhere. */

let system: System;
let receiver: ScriptedReceiver;

beforeAll(async () => {
  system = await startSystem();
  const services = await Promise.all([system.start('router'), system.start('delivery-custom')]);
  await Promise.all(services.map((service) => service.ready()));
}, 60_000);
afterAll(() => system?.close(), 60_000);

beforeEach(async () => {
  receiver = await startScriptedReceiver();
});
afterEach(() => receiver.close());

const eventIdOf = ({ headers }: { headers: Readonly<Record<string, unknown>> }): string =>
  String(headers['x-recho-event-id']);

describe('from calls.events to a customer', () => {
  it('every event of many calls arrives, each call in order, once', async () => {
    const { projectId } = await registerCustomer(system.databaseUrl, [receiver.url]);
    const emitted = new Map<string, string[]>();
    for (let call = 0; call < 50; call++) emitted.set(`call-${call}`, []);
    for (const [n, { eventType }] of EVENT_CATALOGUE.entries()) {
      const records = [...emitted].map(([callId, events]) => {
        const eventId = `${callId}/${n}`;
        events.push(eventId);
        return eventRecord(projectId, callId, eventId, eventType);
      });
      await system.produce(records);
    }
    const arrivals = await receiver.until(50 * EVENT_CATALOGUE.length);
    expect(judgeOrder(emitted, arrivals.map(arrivedOf))).toEqual({ lost: [], reversed: [], adjacentRepeats: 0 });
  });

  it('an event goes to every endpoint with a trigger for its type, each in order, and to no other', async () => {
    const other = await startScriptedReceiver();
    try {
      const { projectId } = await registerCustomer(system.databaseUrl, [receiver.url, `${receiver.url}/2`]);
      await registerCustomer(system.databaseUrl, [other.url]);
      await system.produce(['a', 'b', 'c'].map((eventId) => eventRecord(projectId, 'two-endpoints', eventId)));
      const arrivals = await receiver.until(6);
      for (const path of ['/webhook', '/webhook/2']) {
        expect(arrivals.filter(({ url }) => url === path).map(eventIdOf)).toEqual(['a', 'b', 'c']);
      }
      expect(other.arrivals).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('an event that is published after a change of triggers was answered is routed by it', async () => {
    const { projectId, endpointIds } = await registerCustomer(system.databaseUrl, [receiver.url]);
    const dataSource = await createDataSource(system.databaseUrl, { poolSize: 1 }).initialize();
    const trigger = { endpointId: endpointIds[0]!, eventType: 'OUTBOUND_CALL_BUSY' } as const;
    const busy = (eventId: string): OutgoingRecord => eventRecord(projectId, 'raced', eventId, 'OUTBOUND_CALL_BUSY');
    const expected: string[] = [];
    try {
      for (let round = 0; round < 15; round++) {
        await changeSettings(dataSource, (manager) => manager.delete(TriggerEntity, trigger));
        await system.produce([busy(`off-${round}`), eventRecord(projectId, 'raced', `marker-${round}`)]);
        await receiver.until((arrivals) => arrivals.some((one) => eventIdOf(one) === `marker-${round}`));
        await changeSettings(dataSource, (manager) => manager.insert(TriggerEntity, trigger));
        await system.produce([busy(`on-${round}`)]);
        await receiver.until((arrivals) => arrivals.some((one) => eventIdOf(one) === `on-${round}`));
        expected.push(`marker-${round}`, `on-${round}`);
      }
    } finally {
      await dataSource.destroy();
    }
    expect(receiver.arrivals.map(eventIdOf)).toEqual(expected);
  });

  it('an endpoint whose target was corrected gets its events there at once', async () => {
    const { projectId, endpointIds } = await registerCustomer(system.databaseUrl, ['http://127.0.0.1:9/nobody']);
    const dataSource = await createDataSource(system.databaseUrl, { poolSize: 1 }).initialize();
    try {
      await changeSettings(dataSource, (manager) =>
        manager.update(EndpointEntity, { id: endpointIds[0]! }, { target: receiver.url }),
      );
    } finally {
      await dataSource.destroy();
    }
    await system.produce([eventRecord(projectId, 'healed', 'healed-1')]);
    expect((await receiver.until(1)).map(eventIdOf)).toEqual(['healed-1']);
  });

  it('a refused event is a dead letter with its reason, and the next event of its call proceeds', async () => {
    receiver.answerWith((arrival) => ({ status: eventIdOf(arrival) === 'bad' ? 422 : 200 }));
    const { projectId } = await registerCustomer(system.databaseUrl, [receiver.url]);
    await system.produce(['bad', 'good'].map((eventId) => eventRecord(projectId, 'refused', eventId)));
    expect((await receiver.until(2)).map(eventIdOf)).toEqual(['bad', 'good']);
    const dead = await recordOf(TOPICS.dlq('custom'), ({ key }) => key === 'refused');
    expect(dead.headers).toMatchObject({
      [HEADERS.reason]: 'http_422: the endpoint answered 422',
      [HEADERS.attempts]: '1',
      [HEADERS.lastStatus]: '422',
      [HEADERS.firstAttemptAt]: expect.stringMatching(/^\d{4}-.*Z$/),
      [HEADERS.lastAttemptAt]: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect((JSON.parse(String(dead.value)) as Job).event.eventId).toBe('bad');
  });

  it('what was routed to an endpoint that is disabled meanwhile is skipped, and said so', async () => {
    const { projectId } = await registerCustomer(system.databaseUrl, [receiver.url], { enabled: false });
    const { endpointIds } = await registerCustomer(system.databaseUrl, [receiver.url], { projectId, enabled: false });
    const record = eventRecord(projectId, 'skipped', 'skipped-1');
    await system.produce([{ ...record, headers: { [HEADERS.onlyEndpoint]: endpointIds[0]! } }]);
    const { value } = await recordOf(TOPICS.attempts, ({ key }) => key === 'skipped');
    expect(JSON.parse(String(value))).toMatchObject({
      status: 'skipped',
      attempt: 0,
      reason: 'endpoint_disabled: the endpoint is disabled',
    });
    expect(receiver.arrivals).toEqual([]);
  });
});

async function recordOf(topic: string, wanted: (record: TopicRecord) => boolean): Promise<TopicRecord> {
  return (await system.records(topic, (found) => found.some(wanted))).find(wanted)!;
}

describe('an event that cannot be taken', () => {
  const deep = '['.repeat(10_000) + ']'.repeat(10_000);
  const cases: readonly [what: string, reason: RegExp, make: (event: EventFields) => Partial<OutgoingRecord>][] = [
    ['not JSON', /^not_json: the value is not JSON/, () => ({ value: '{"eventId":' })],
    ['not UTF-8', /^not_utf8: /, () => ({ value: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) })],
    ['no value', /^empty_value: /, () => ({ value: null })],
    ['no key', /^key_missing: .*use data\.callId as the key/, () => ({ key: null })],
    [
      'another key than its callId',
      /^key_mismatch: /,
      (event) => ({ value: json({ ...event, data: { ...event.data, callId: 'x' } }) }),
    ],
    [
      'an unknown type',
      /^unknown_event_type: .*GET \/v1\/event-types/,
      (e) => ({ value: json({ ...e, eventType: 'CALL_DREAMT' }) }),
    ],
    [
      'an unknown project',
      /^unknown_project: .*create it/,
      (e) => ({ value: json({ ...e, projectId: randomUUID() }) }),
    ],
    ['no callId', /^missing_field: data\.callId/, (e) => ({ value: json({ ...e, data: { callStatus: 'X' } }) })],
    [
      'a field of the wrong type',
      /^invalid_field: data\.callStatus must be a string, but is a number/,
      (e) => ({ value: json({ ...e, data: { ...e.data, callStatus: 7 } }) }),
    ],
    ['300 KB', /^too_large: the value has \d+ bytes/, (e) => ({ value: json({ ...e, padding: 'x'.repeat(300_000) }) })],
    [
      'nesting of 10,000',
      /^invalid_field: errors\[0\] must be an object/,
      (e) => ({ value: json(e).replace('"errors":[]', `"errors":${deep}`) }),
    ],
    [
      '__proto__ for its data',
      /^missing_field: data is missing/,
      (e) => ({ value: json(e).replace('"data"', '"__proto__"') }),
    ],
  ];

  it('is found in calls.events.rejected with a reason, and the event behind it on its partition is delivered', async () => {
    const { projectId } = await registerCustomer(system.databaseUrl, [receiver.url]);
    const run = uniqueName('bad');
    const records = cases.flatMap(([, , make], index): OutgoingRecord[] => {
      const callId = `${run}-${index}`;
      const bad = eventRecord(projectId, callId, `${callId}-bad`);
      const event = { ...(JSON.parse(String(bad.value)) as EventFields), errors: [] };
      const partition = partitionOf(callId, PARTITIONS);
      return [
        { ...bad, partition, ...make(event) },
        { ...eventRecord(projectId, callId, callId), partition },
      ];
    });
    const sent = records.filter((_, index) => index % 2 === 0);
    await system.produce(records);

    const arrivals = await receiver.until(cases.length);
    expect(arrivals.map(eventIdOf).toSorted()).toEqual(cases.map((_, index) => `${run}-${index}`).toSorted());
    const rejected = await system.records(TOPICS.rejected, (found) => found.length >= cases.length);
    for (const [index, [what, reason]] of cases.entries()) {
      const { key, value } = sent[index]!;
      const found = rejected.find((one) => one.key === key && String(one.value) === String(value));
      expect([what, found?.headers]).toEqual([
        what,
        {
          [HEADERS.reason]: expect.stringMatching(reason),
          [HEADERS.sourceTopic]: TOPICS.events,
          [HEADERS.sourcePartition]: String(sent[index]!.partition),
          [HEADERS.sourceOffset]: expect.stringMatching(/^\d+$/),
        },
      ]);
    }
  });

  it('with a harmless __proto__ beside its fields is taken', async () => {
    const { projectId } = await registerCustomer(system.databaseUrl, [receiver.url]);
    const record = eventRecord(projectId, 'proto', 'proto-1');
    await system.produce([{ ...record, value: String(record.value).replace('{', '{"__proto__":{"polluted":true},') }]);
    const [arrival] = await receiver.until(1);
    expect(String(arrival?.body)).not.toContain('polluted');
  });
});

interface EventFields {
  readonly data: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

function json(value: unknown): string {
  return JSON.stringify(value);
}
