/**
 * What a job leaves behind on Kafka.
 * Oracles: the attempts, sends and commits asked of the doubles, in order.
 */
import { HEADERS } from '#libs/kafka';
import { brokenRecord, deadOf, DELIVERED, recordOf, REFUSED, reportsOf, tenureOf, TOPIC } from './engine.fixture.js';

describe('what is written of a job', () => {
  it('is a report with what was used and what came back', async () => {
    const world = tenureOf();
    await world.read([7]);
    world.state.now += 40;
    await world.end('attempt d7', DELIVERED);
    await world.settle();
    expect(reportsOf(world)).toEqual([
      {
        v: 1,
        deliveryId: 'd7',
        projectId: 'p1',
        endpointId: 'e1',
        endpointName: 'Receiver',
        endpointType: 'CUSTOM',
        callId: 'c1',
        eventId: 'ev7',
        eventType: 'OUTBOUND_CALL_PENDING',
        receivedAt: 1000,
        attempt: 1,
        verdict: 'delivered',
        status: 'delivered',
        reason: null,
        startedAt: 5000,
        durationMs: 40,
        target: 'https://now.example/hook',
        authType: 'NONE',
        responseStatus: 200,
        responseBody: JSON.stringify(DELIVERED),
        mark: { epoch: 'epoch', offset: 7, ordinal: 0 },
        traceparent: 'child of none',
        event: expect.objectContaining({ eventId: 'ev7' }) as unknown,
      },
    ]);
    expect(deadOf(world)).toEqual([]);
  });

  it('is also a dead letter when it ended undelivered: the job as routed, byte for byte, and why in the headers', async () => {
    const world = tenureOf();
    const record = recordOf(7);
    await world.accept([record]);
    await world.end('attempt d7', REFUSED);
    await world.settle();
    expect(deadOf(world)).toEqual([
      {
        topic: 'deliveries.custom.dlq',
        partition: 0,
        key: 'c1',
        value: record.value?.toString(),
        headers: {
          [HEADERS.deliveryId]: 'd7',
          [HEADERS.reason]: REFUSED.type === 'refused' ? REFUSED.reason : '',
          [HEADERS.attempts]: '1',
          [HEADERS.lastStatus]: '200',
          [HEADERS.firstAttemptAt]: '1970-01-01T00:00:05.000Z',
          [HEADERS.lastAttemptAt]: '1970-01-01T00:00:05.000Z',
          [HEADERS.traceparent]: 'child of none',
        },
      },
    ]);
  });

  it('of a record that is no job is the record, the reason and the place it came from; later ones are delivered', async () => {
    const world = tenureOf();
    await world.accept([brokenRecord(0), { ...recordOf(1), value: null }, brokenRecord(2, '{"v":9}'), recordOf(3)]);
    await world.end('attempt d3', DELIVERED);
    await world.settle();
    expect(deadOf(world).map(({ value, headers }) => [String(value), headers?.[HEADERS.reason]])).toEqual([
      ['not a job', 'undecodable_job: the job is not JSON'],
      ['', 'undecodable_job: the record has no value'],
      ['{"v":9}', 'undecodable_job: the job has version 9, this service reads version 1'],
    ]);
    expect(deadOf(world)[2]?.headers).toMatchObject({
      [HEADERS.sourceTopic]: TOPIC,
      [HEADERS.sourcePartition]: '0',
      [HEADERS.sourceOffset]: '2',
      [HEADERS.mark]: 'epoch:2:0',
    });
    expect(world.commits.at(-1)?.offset).toBe(4);
  });
});
