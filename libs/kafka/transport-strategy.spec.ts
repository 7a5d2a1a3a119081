/** A service is an ordinary Nest microservice. Oracles: what its handler got, and the broker's list of members. */
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Payload, type MicroserviceOptions } from '@nestjs/microservices';
import { CONSUMER_DEFAULTS } from './group-consumer-options.js';
import { fill, kafkaAt, makeTopics, SILENT } from './group-consumer.fixture.js';
import type { RecordBatch } from './records.js';
import { KafkaBatchStrategy } from './transport-strategy.js';
import { sharedKafka, uniqueName, waitFor } from '#libs/testkit';

const TOPIC = uniqueName('topic');
const batches: RecordBatch[] = [];
let failures = 0;

@Controller()
class Handlers {
  @EventPattern(TOPIC)
  onBatch(@Payload() batch: unknown): Promise<void> {
    if (failures-- > 0) return Promise.reject(new Error('not yet'));
    batches.push(batch as RecordBatch);
    return Promise.resolve();
  }
}

@Module({ controllers: [Handlers] })
class ServiceModule {}

it('hands whole batches to @EventPattern handlers, a failed one again, and leaves the group on close', async () => {
  const brokers = await sharedKafka();
  await makeTopics(brokers, [TOPIC], 2);
  await fill(brokers, TOPIC, 2, 10);
  failures = 1;
  const strategy = new KafkaBatchStrategy({
    ...CONSUMER_DEFAULTS,
    kafka: kafkaAt(brokers),
    groupId: TOPIC,
    log: SILENT,
  });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(ServiceModule, { strategy, logger: false });
  await app.listen();

  const values = (partition: number) =>
    batches
      .filter((one) => one.partition === partition)
      .flatMap(({ records }) => records.map((one) => String(one.value)));
  await waitFor('all records', () => values(0).length + values(1).length === 20);
  const numbers = Array.from({ length: 10 }, (_, index) => String(index));
  expect([values(0), values(1)]).toEqual([numbers, numbers]);
  expect(batches.length).toBeLessThan(20);
  expect(batches[0]).toMatchObject({ topic: TOPIC, highWatermark: 10 });
  await batches[0]!.assignment.commit([{ topic: TOPIC, partition: 0, offset: 10, metadata: 'mine' }]);

  const admin = kafkaAt(brokers).admin();
  await admin.connect();
  expect((await admin.describeGroups([TOPIC])).groups[0]?.members).toHaveLength(1);
  await app.close();
  expect((await admin.describeGroups([TOPIC])).groups[0]?.members).toEqual([]);
  const offsets = await admin.fetchOffsets({ groupId: TOPIC, topics: [TOPIC] });
  // Nothing is committed but what the handler committed.
  expect(offsets[0]?.partitions.map(({ partition, offset, metadata }) => ({ partition, offset, metadata }))).toEqual(
    expect.arrayContaining([
      { partition: 0, offset: '10', metadata: 'mine' },
      { partition: 1, offset: '-1', metadata: null },
    ]),
  );
  await admin.disconnect();
}, 60_000);
